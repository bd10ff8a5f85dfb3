{#
    A condition: the patients with a diagnosis that no later entry has resolved. A resolution on the
    day of the diagnosis resolves it (QOF business rules: the diagnosis must be strictly later).
    Arguments: diagnosis, the relation of its codelist; resolved, the relation of the codelist that
    resolves it, none if nothing does; counts_from, the first day on which a diagnosis counts
    (yyyy-mm-dd), none if every day does.
    Result: a select; one row per patient for whom the condition holds on the as-of date.
    Errors: counts_from is not a date.
#}
{% macro condition_concept(diagnosis, resolved=none, counts_from=none) -%}
with
code as (
    select code, term, false as resolves from {{ diagnosis }}
    {%- if resolved %}
    union all
    select code, term, true as resolves from {{ resolved }}
    {%- endif %}
),

condition as (
    select
        stg_condition.patient_id,
        stg_condition.event_id,
        stg_condition.event_date,
        code.term,
        code.resolves
    from {{ ref('stg_condition') }} as stg_condition
    inner join code on stg_condition.snomed_code = code.code
    where {{ counts_on_as_of_date() }}
),

resolution as (
    select
        patient_id,
        max(event_date) as latest_date
    from condition
    where resolves
    group by patient_id
),

entry as (
    select condition.*
    from condition
    left join resolution on condition.patient_id = resolution.patient_id
    where
        not condition.resolves
        and (resolution.latest_date is null or condition.event_date > resolution.latest_date)
        {%- if counts_from %}
        and condition.event_date >= {{ date_literal(iso_date(counts_from, 'counts_from')) }}
        {%- endif %}
),

{{ entries_by_patient('entry') }}

select * from entries
{%- endmacro %}
