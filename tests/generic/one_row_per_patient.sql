{% test one_row_per_patient(model, column_name='patient_number') %}
    select {{ column_name }}
    from {{ model }}
    group by {{ column_name }}
    having
        count(*) > 1
        or {{ column_name }} is null
{% endtest %}


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
