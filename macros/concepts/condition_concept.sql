{% macro condition_concept(
    diagnosis, resolved=none, on_a_tie='resolved', counts_from=none, before=none, within=none,
    new_episodes_only=false, or_entries=none, holds_if=[]
) -%}
{%- set conditions = [] -%}
{%- if resolved -%}
    {%- do conditions.append(
        '(resolution.latest_date is null or entry.event_date ' ~ ('>=' if on_a_tie == 'diagnosed' else '>') ~ ' resolution.latest_date)'
    ) -%}
{%- endif -%}
{%- if within -%}
    {%- do conditions.append('entry.event_date > ' ~ date_literal(window_start('condition_concept', within))) -%}
{%- endif -%}
with
entry as (
    {{ coded_entries(
        ref('stg_condition'), diagnosis, counts_from=counts_from, before=before,
        condition=is_new_episode('event.episodicity') if new_episodes_only else none
    ) }}
    {%- if or_entries %}
    union all
    {{ or_entries }}
    {%- endif %}
),
{%- if resolved %}

resolution as (
    select
        patient_number,
        max(event_date) as latest_date
    from (
        {{ coded_entries(ref('stg_condition'), resolved, before=before) | indent(4) }}
    ) as resolved
    group by patient_number
),
{%- endif %}

active as (
    select
        entry.patient_number,
        min(entry.age_at_event) as first_age,
        min(entry.event_date) as first_active_date,
        array_sort(array_distinct(array_agg(entry.event_date))) as active_dates
    from entry
    {%- if resolved %}
    left join resolution on entry.patient_number = resolution.patient_number
    {%- endif %}
    {%- if conditions %}
    where {{ conditions | join(' and ') }}
    {%- endif %}
    group by entry.patient_number
),

holding as (
    select
        patient_number,
        active_dates
    from active
    {%- if holds_if %}
    where
        {{ all_rules(*holds_if) }}
    {%- endif %}
),

{{ entries_by_patient('entry', has_copies=or_entries or as_list(diagnosis) | length > 1) }}

select
    entries.*,
    holding.patient_number is not null as is_active,
    holding.active_dates
from entries
left join holding on entries.patient_number = holding.patient_number
{%- endmacro %}

{% macro is_new_episode(episodicity) -%}
    coalesce(replace(lower({{ episodicity }}), '-', ' '), '') not in
        ('review', 'end', 'ended', 'change', 'changed', 'evolved', 'flare up')
{%- endmacro %}
