{% macro bmi() %}
    {{ return({
        'values': ref('codelist_bmi'),
        'plausible': [10, 150],
        'minimum_age': 18,
        'categories': ref('codelist_bmi_category'),
        'computed': weight_over_height_squared(minimum_age=18),
    }) }}
{% endmacro %}

{% macro weight_over_height_squared(minimum_age) -%}
    select
        patient_number,
        event_id,
        event_date,
        'Body mass index from weight and height' as term,
        -- rounded, so that an exact 30 is not missed by the last binary digit
        round(weight * 10000 / (height * height), 2) as value
    from (
        select
            weight.patient_number,
            weight.event_id,
            weight.event_date,
            weight.value as weight,
            height.value as height,
            row_number() over (
                partition by weight.patient_number, weight.event_id
                order by height.event_date desc, height.value desc, height.event_id desc
            ) as recency_of_height
        from (
            {{ coded_entries(ref('stg_observation'), ref('codelist_body_weight'), minimum_age=minimum_age,
                condition='event.value between 10 and 500', event_columns=['value']) | indent(8) }}
        ) as weight
        inner join (
            {{ coded_entries(ref('stg_observation'), ref('codelist_body_height'), minimum_age=minimum_age,
                condition='event.value between 50 and 250', event_columns=['value']) | indent(8) }}
        ) as height
            on
                weight.patient_number = height.patient_number
                and weight.event_date >= height.event_date
    ) as paired
    where recency_of_height = 1
{%- endmacro %}
