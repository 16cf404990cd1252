{#
    How much a staging model has just loaded.

    Args:
        load: what landing_load returned.
        result: of the statement that loaded it.
    Returns: {what: files or days, as words; lines; bytes}.
#}
{% macro loaded_amount(root, feed, relation, load, result) %}
    {%- do return(adapter.dispatch('loaded_amount', 'stedi')(root, feed, relation, load, result)) -%}
{% endmacro %}

{% macro default__loaded_amount(root, feed, relation, load, result) %}
    {{ unsupported_adapter('loaded_amount') }}
{% endmacro %}

{% macro duckdb__loaded_amount(root, feed, relation, load, result) %}
    {%- set sizes = (landing_whole(root, feed) if load.anew else load.chosen).values() | list -%}
    {%- do return({
        'what': '{:,} {}file{}'.format(sizes | length, '' if load.anew else 'new ', '' if sizes | length == 1 else 's'),
        'lines': run_query('select count(*) from ' ~ relation).rows[0][0] if load.anew else result.data[0][0],
        'bytes': sizes | sum,
    }) -%}
{% endmacro %}

{% macro athena__loaded_amount(root, feed, relation, load, result) %}
    {%- do return({
        'what': 'all files' if load.anew else load.what,
        'lines': result.response.rows_affected | int,
        'bytes': result.response.data_scanned_in_bytes | int,
    }) -%}
{% endmacro %}
