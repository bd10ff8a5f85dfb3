{#
    No two rows share an event_id. Only the ids that more than one row of the file has are looked at, since counting tens of
    millions of ids takes longer than most models; the suite counts all those of the demo.
    Arguments: table, its name in models/staging/extract.yml.
#}
{% test unique_event_id(model, column_name, table) %}
    select {{ column_name }}
    from {{ model }}
    where {{ column_name }} in (
        select repeated.event_id from {{ ref('repeated_event_id') }} as repeated
        where repeated.table_name = '{{ table }}'
    )
    group by {{ column_name }}
    having count(*) > 1
{% endtest %}
