{% macro stop_unless_accepted(sql) %}
    {% set refused = {} %}
    {% if execute %}
        {% for row in run_query('select * from (' ~ sql ~ ") as judged where verdict != 'accepted'").rows %}
            {% do refused.update({row['table_name']: row}) %}
        {% endfor %}
    {% endif %}
    {% for table in (['practice', 'lsoa'] + extract_contract() | list) if table in refused %}
        {% set row = refused[table] %}
        {% if row['verdict'] == 'too few rows' %}
            {% set share = 1 - row['rows_received'] / row['earlier_rows_received'] %}
            {% set variable = 'max_shrink' %}
            {% set finding = 'The table ' ~ table ~ ' has ' ~ '{:,}'.format(row['rows_received'] | int) ~ ' rows and had '
                ~ '{:,}'.format(row['earlier_rows_received'] | int) ~ ' in the last extract accepted, of '
                ~ row['earlier_extract_date'] ~ ': it shrank by ' ~ percentage(share) ~ ', and '
                ~ percentage(var(variable)) ~ ' is the most it may; bring the whole table' %}
        {% else %}
            {% set share = row['rows_rejected'] / row['rows_received'] %}
            {% set variable = 'max_rejected_share' %}
            {% set finding = 'Of the table ' ~ table ~ ' ' ~ '{:,}'.format(row['rows_rejected'] | int) ~ ' of '
                ~ '{:,}'.format(row['rows_received'] | int) ~ ' rows were rejected: that is ' ~ percentage(share) ~ ', and '
                ~ percentage(var(variable)) ~ ' is the most it may be; correct the extract (the reasons are counted '
                ~ 'in marts.data_quality_summary and stand beside the rows in staging.stg_' ~ table ~ '_rejected)' %}
        {% endif %}
        {% do stop(finding ~ ', or, if it is right, run once more with ' ~ variable ~ ': '
            ~ '%.2f' | format(((share * 100) | round(0, 'ceil')) / 100) ~ ' in --vars.') %}
    {% endfor %}
{% endmacro %}

{% macro percentage(share) %}{{ return(('%.1f' | format(share * 100)).replace('.0', '') ~ '%') }}{% endmacro %}

{% macro share_variable(name) %}
    {% set share = var(name) %}
    {% if share is not number or share is boolean or not 0 <= share <= 1 %}
        {% do stop(
            'The variable ' ~ name ~ " is '" ~ share ~ "', which is not a share: give a number from 0 to 1, for example 0.1.") %}
    {% endif %}
    {{ return(share) }}
{% endmacro %}

{% macro accepted_extracts() %}
    {% if is_incremental() %}{{ return(this) }}{% endif %}
    {{ return(
        '(select cast(null as date) as extract_date, cast(null as ' ~ dbt.type_string() ~ ') as table_name, '
        ~ 'cast(null as ' ~ dbt.type_bigint() ~ ') as rows_received where 1 = 0) as none_before'
    ) }}
{% endmacro %}
