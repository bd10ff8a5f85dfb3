-- What a contract would enforce, had cohort_flags one: its keys, and a boolean for each search that there is now.
{%- set expected = {'patient_id': 'string', 'as_of_date': 'date'} %}
{%- for cohort in models_in('cohorts') %}{% do expected.update({cohort: 'boolean'}) %}{% endfor %}
{%- set relation = ref('cohort_flags') %}
{%- set found = {} %}
{%- for column in adapter.get_columns_in_relation(relation) if execute %}
    {%- set kind = 'string' if column.is_string() else column.data_type | lower %}
    {%- do found.update({column.name: kind}) %}
{%- endfor %}
select
    'none' as column_name,
    'none' as data_type
from {{ relation }}
where 1 = 0
{%- for name in (expected | list + found | list) | unique if execute and expected.get(name) != found.get(name) %}
union all
select
    '{{ name }}' as column_name,
    '{{ found.get(name, 'missing') }}' as data_type
{%- endfor %}
