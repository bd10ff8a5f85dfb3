{#
    A column is the key of its model: never null, and no two rows share it.
    Arguments: column_name, the key; patient_number if the test stands at the model.
#}
{% test one_row_per_patient(model, column_name='patient_number') %}
    select {{ column_name }}
    from {{ model }}
    group by {{ column_name }}
    having
        count(*) > 1
        or {{ column_name }} is null
{% endtest %}


{# The same of patient_number, and each patient is registered, under both keys. #}
{% test one_row_per_registered_patient(model) %}
    select found.patient_number
    from {{ model }} as found
    left join {{ ref('registered_patient') }} as registered
        on
            found.patient_number = registered.patient_number
            and found.patient_id = registered.patient_id
    group by found.patient_number
    having
        count(*) > 1
        or count(registered.patient_number) = 0
{% endtest %}
