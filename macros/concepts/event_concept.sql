{#
    A vaccination, a medicine or another event: the days on which it was given, issued or done. Two
    entries of one day, a procedure and a product for example, are one.
    Arguments: events, the relation of its staging model, or a list where systems file it in several;
    codelist, the relation of its codelist, or a list of them; counts_from, the first day on which an
    entry counts (yyyy-mm-dd), none if every day does.
    Result: a select; one row per patient with an entry.
    Errors: counts_from is not a date.
#}
{% macro event_concept(events, codelist, counts_from=none) -%}
with
entry as (
    {%- for table in as_list(events) %}
    {{ 'union all' if not loop.first }}
    {{ coded_entries(table, codelist, counts_from=counts_from) }}
    {%- endfor %}
),

{{ entries_by_patient('entry', has_copies=as_list(events) | length > 1 or as_list(codelist) | length > 1) }}

select * from entries
{%- endmacro %}
