{% macro extract_folder() %}
    {{ return(env_var('PHM_EXTRACT_DIR', 'demo/extract').replace('\\', '/').rstrip('/')) }}
{% endmacro %}

{% macro extract_file(table, required) %}
    {% set parquet = extract_folder() ~ '/' ~ table ~ '.parquet' %}
    {% set csv = extract_folder() ~ '/' ~ table ~ '.csv' %}
    {% set found = [parquet, csv] | select('in', list_files(extract_folder())) | list %}
    {% if found | length == 2 %}
        {% do stop('The extract has both ' ~ parquet ~ ' and ' ~ csv ~ ': remove the one that is out of date.') %}
    {% elif required and not found %}
        {% do stop('The extract has neither ' ~ parquet ~ ' nor ' ~ csv ~ ', and the table ' ~ table
            ~ ' is required: put the file there, or set PHM_EXTRACT_DIR to the folder that has it.') %}
    {% endif %}
    {{ return(found | first if found else none) }}
{% endmacro %}

{% macro extract_file_columns(file, contract) %}
    {% if not is_whole_file(file) %}
        {% do stop(file ~ ' cannot be read as Parquet: it is empty, was cut short or is another kind of file; '
            ~ 'copy or write it again.') %}
    {% endif %}
    {% set file_columns = describe_file(file) %}
    {% if not file_columns %}
        {% do stop(file ~ ' is empty, or its first line is: it must begin with the names of the columns.') %}
    {% endif %}
    {% set names = contract | map(attribute='name') | list %}
    {% if not file_columns | select('in', names) | list %}
        {% for separator, words in {';': 'semicolons', '\t': 'tabs', '|': 'vertical bars'}.items() %}
            {% if (file_columns | list)[0].split(separator) | map('replace', '"', '') | map('trim') | select('in', names) | list %}
                {% do stop(file ~ ' has ' ~ words ~ ' between its values: write it with commas.') %}
            {% endif %}
        {% endfor %}
    {% endif %}
    {{ return(file_columns) }}
{% endmacro %}

{% macro check_columns(file, file_columns, contract) %}
    {# Without a header row the first patient stands where the names should: name what is expected only. #}
    {% set found = contract | map(attribute='name') | select('in', file_columns) | list %}
    {% set fitting = {
        'text': ['text', 'whole number'],
        'date': ['date', 'text', 'whole number'],
        'number': ['whole number', 'floating-point number', 'text'],
        'boolean': ['boolean', 'text', 'whole number'],
    } %}
    {% for column in contract %}
        {% if column.need != 'optional' and column.name not in file_columns %}
            {% set similar = similar_column(column.name, found, file_columns) %}
            {% do stop(file ~ ' has no column ' ~ column.name ~ ', which is required; ' ~ (
                'if ' ~ similar ~ ' is it, rename that.' if similar
                else 'of the columns expected it has ' ~ (found | join(', ') or 'none: is the header row missing, or the file not UTF-8?')
                )) %}
        {% endif %}
        {% for name in file_columns if name.startswith(column.name ~ ' again in column ') %}
            {% do stop(file ~ ' has the column ' ~ column.name ~ ' twice: keep the one that is right.') %}
        {% endfor %}
        {% set kind = kind_of_type(file_columns.get(column.name, 'VARCHAR')) %}
        {% if kind not in fitting[column.type] %}
            {% if not run_query(
                'select 1 from ' ~ read_file(file, file_columns) ~ ' where ' ~ adapter.quote(column.name) ~ ' is not null limit 1'
            ).rows | length %}
                {% do file_columns.pop(column.name) %}
            {% elif column.type == 'text' and kind == 'floating-point number' %}
                {% do stop(file ~ ' holds the column ' ~ column.name ~ ' as a floating-point number, which loses '
                    ~ 'the last digits of codes and identifiers: write it as text.') %}
            {% else %}
                {% do stop(file ~ ' holds the column ' ~ column.name ~ ' as ' ~ kind ~ ' instead of ' ~ column.type
                    ~ ': write it as ' ~ column.type ~ (' or text' if column.type != 'text' else '') ~ '.') %}
            {% endif %}
        {% endif %}
    {% endfor %}
{% endmacro %}

{% macro similar_column(name, found, file_columns) %}
    {% set best = namespace(word=none, score=0.7) %}
    {% set pairs = letter_pairs(name | replace('_', '')) %}
    {% for candidate in file_columns if modules.re.match('^[a-z][a-z_ -]*$', candidate) and candidate not in found %}
        {% set others = letter_pairs(modules.re.sub('[_ -]', '', candidate)) %}
        {% set score = 2 * (pairs | select('in', others) | list | length) / (pairs | length + others | length) %}
        {% if score == 1 or score > best.score and found | length >= 2 %}
            {% set best.word, best.score = candidate, score %}
        {% endif %}
    {% endfor %}
    {{ return(best.word) }}
{% endmacro %}

{% macro check_rows(file, file_columns, table, required) %}
    {% set unreadable = unreadable_line(file, file_columns) %}
    {% if unreadable %}
        {% do stop(file ~ ', line ' ~ unreadable.line ~ ' ' ~ unreadable.problem
            ~ ': the file must be UTF-8, with commas between values and quotation marks around values that hold a comma.') %}
    {% elif required and not run_query('select 1 from ' ~ read_file(file, file_columns) ~ ' limit 1').rows | length %}
        {% do stop(
            file ~ ' has the names of its columns and no rows, and the table ' ~ table ~ ' is required: export it again.') %}
    {% endif %}
{% endmacro %}
