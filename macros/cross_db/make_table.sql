{#
    Makes the model's table anew, by the adapter's own materialization.

    Returns: what a materialization returns.
#}
{% macro make_table() %}
    {%- do return(adapter.dispatch('make_table', 'stedi')()) -%}
{% endmacro %}

{% macro default__make_table() %}
    {{ unsupported_adapter('make_table') }}
{% endmacro %}

{% macro duckdb__make_table() %}
    {%- do return(materialization_table_duckdb()) -%}
{% endmacro %}

{% macro athena__make_table() %}
    {%- do return(materialization_table_athena()) -%}
{% endmacro %}
