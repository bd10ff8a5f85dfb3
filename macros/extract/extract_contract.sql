{% macro extract_contract() %}
    {% set event = {
        'event_id': ['text', 'required'],
        'patient_id': ['text', 'required'],
        'event_date': ['date', 'required'],
        'snomed_code': ['text', 'required'],
    } %}
    {{ return({
        'patient': {'required': true, 'columns': {
            'patient_id': ['text', 'required'],
            'date_of_birth': ['date', 'required'],
            'sex': ['text', 'column required'],
            'ethnic_category': ['text', 'optional'],
            'lsoa_code': ['text', 'optional'],
            'practice_code': ['text', 'required'],
            'registration_start_date': ['date', 'required'],
            'registration_end_date': ['date', 'optional'],
            'registration_type': ['text', 'optional'],
            'date_of_death': ['date', 'optional'],
            'type_1_opt_out': ['boolean', 'optional'],
            'national_data_opt_out': ['boolean', 'optional'],
            'is_sensitive': ['boolean', 'optional'],
        }},
        'condition': {'required': true, 'columns': dict(event, episodicity=['text', 'optional'])},
        'observation': {'required': true, 'columns': dict(event, value=['number', 'optional'], unit=['text', 'optional'])},
        'vaccination': {'required': true, 'columns': event},
        'medication': {'required': false, 'columns': event},
        'practice': {'required': true, 'columns': {
            'practice_code': ['text', 'required'],
            'practice_name': ['text', 'required'],
            'pcn_code': ['text', 'optional'],
            'pcn_name': ['text', 'optional'],
            'place': ['text', 'optional'],
        }},
        'lsoa': {'required': true, 'columns': {
            'lsoa_code': ['text', 'required'],
            'imd_decile': ['number', 'required'],
            'imd_rank': ['number', 'optional'],
            'rural_urban': ['text', 'optional'],
            'local_authority': ['text', 'optional'],
        }},
    }) }}
{% endmacro %}

{% macro extract_columns(table) %}
    {% set columns = [] %}
    {% for name, (type, need) in extract_contract()[table].columns.items() %}
        {% do columns.append({'name': name, 'type': type, 'need': need}) %}
    {% endfor %}
    {{ return(columns) }}
{% endmacro %}
