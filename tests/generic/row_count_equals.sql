{% test row_count_equals(model, to) %}
    select *
    from
        (select count(*) as row_count from {{ model }}) as this_model
    cross join
        (select count(*) as row_count from {{ to }}) as other_model
    where this_model.row_count != other_model.row_count
{% endtest %}
