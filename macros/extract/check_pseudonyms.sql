{% macro check_pseudonyms(file, view, columns) %}
    {% for column in columns if column.name in ['patient_id', 'event_id'] %}
        {% set counted = run_query(nhs_numbers(view, column.name)) %}
        {% set ten_digits, valid = counted.rows[0][0] | int, counted.rows[0][1] | int %}
        {% if valid > ten_digits / 11 + 6 * (ten_digits * 10 / 121) ** 0.5 %}
            {% do stop(file ~ ' has NHS numbers in the column ' ~ column.name ~ ' (' ~ valid ~ ' of the ' ~ ten_digits
                ~ ' different values with ten digits have the check digit of one): replace them with pseudonyms, for '
                ~ 'example with tools/pseudonymise.py, and destroy this copy.') %}
        {% endif %}
    {% endfor %}
{% endmacro %}

{% macro nhs_numbers(rows, column) %}
    {%- set between = edge_marks() ~ '-\u2010\u2011\u2012\u2013' -%}
    with
    identifier as (
        select translate({{ column }}, '{{ between }}', '') as digits
        from {{ rows }}
        where
            -- What begins with a digit or a mark comes before ':' or after '~', so a file of other identifiers is not even read.
            ({{ column }} < ':' or {{ column }} > '~')
            and length({{ column }}) between 10 and 30
            -- leaves out most identifiers of another form, of which there are millions, at little cost
            and substring({{ to_text(column) }}, 1, 1) between '0' and '9'
            and translate({{ column }}, '0123456789{{ between }}', '') = ''
        group by 1
    ),

    weighed as (
        select
            {%- for place in range(1, 10) %}
            {{ 11 - place }} * cast(substring(digits, {{ place }}, 1) as {{ dbt.type_int() }}){{ ' +' if not loop.last }}
            {%- endfor %} as total,
            cast(substring(digits, 10, 1) as {{ dbt.type_int() }}) as check_digit
        from identifier
        where length(digits) = 10
    )

    select
        count(*) as ten_digits,
        -- What 10 would be written as has no digit, so it never equals one.
        count(case when mod(11 - mod(total, 11), 11) = check_digit then 1 end) as valid
    from weighed
{% endmacro %}
