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
