{% test one_row_per_patient(model, column_name, of=none) %}
    select row_of_patient.{{ column_name }}
    from {{ model }} as row_of_patient
    {%- if of %}
    left join {{ of }} as registered
        on
            row_of_patient.patient_number = registered.patient_number
            and row_of_patient.patient_id = registered.patient_id
    {%- endif %}
    group by row_of_patient.{{ column_name }}
    having
        count(*) > 1
        or row_of_patient.{{ column_name }} is null
        {%- if of %}
        or count(registered.patient_number) = 0
        {%- endif %}
{% endtest %}
