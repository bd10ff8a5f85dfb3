{#
    A vaccination: the days on which a dose was given, by procedure or by product. Two entries of
    one day are one dose.
    Arguments: codelist, the relation of the codelist of procedures and products; counts_from, the
    first day on which a dose can have been given (yyyy-mm-dd), none if every day counts.
    Result: a select; one row per patient with a dose.
    Errors: counts_from is not a date.
#}
{% macro vaccination_concept(codelist, counts_from=none) -%}
with
entry as (
    select
        stg_vaccination.patient_id,
        stg_vaccination.event_id,
        stg_vaccination.event_date,
        code.term
    from {{ ref('stg_vaccination') }} as stg_vaccination
    inner join {{ codelist }} as code on stg_vaccination.snomed_code = code.code
    where
        {{ counts_on_as_of_date() }}
        {%- if counts_from %}
        and stg_vaccination.event_date >= {{ date_literal(iso_date(counts_from, 'counts_from')) }}
        {%- endif %}
),

{{ entries_by_patient('entry') }}

select * from entries
{%- endmacro %}
