{#
    A condition: the patients with a diagnosis, and whether it holds. A diagnosis is active if no
    entry of that day or later has resolved it (QOF business rules: it must be strictly later); the
    condition holds if a diagnosis is active and every further rule is met.
    Arguments: diagnosis, the relation of its codelist or a list of them; resolved, the same of what
    resolves it, none if nothing does; on_a_tie, what holds of a diagnosis and a resolution of one
    day, 'resolved' or 'diagnosed'; counts_from, the first day on which a diagnosis counts
    (yyyy-mm-dd), none if every day does; before, the day from which neither a diagnosis nor a resolution
    does, for what held until then, none for no limit; within, how long a diagnosis is active ('9 months'; an older
    one is an entry all the same), none if for ever; new_episodes_only, whether an entry marked as the
    review or the end of an episode is left out; or_entries, a select of further entries that stand for
    a diagnosis (see entries.sql); holds_if, a list of rules (see rules.sql).
    Result: a select; one row per patient with a diagnosis, is_active where the condition holds.
    Errors: counts_from or before is not a date, within is not a window.
#}
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


{#
    Whether an entry begins an episode, or says nothing of it: a review or an end is no new diagnosis.
    Arguments: episodicity, a text expression as the record system writes it.
    Source: NCL ICB's published models of the registers CAN and DEP.
#}
{% macro is_new_episode(episodicity) -%}
    coalesce(replace(lower({{ episodicity }}), '-', ' '), '') not in
        ('review', 'end', 'ended', 'change', 'changed', 'evolved', 'flare up')
{%- endmacro %}
