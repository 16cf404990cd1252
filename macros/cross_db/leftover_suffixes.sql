{#
    How the adapter names what lies beside a table while it makes it anew, and what a build that is killed
    then leaves there.

    Returns: list of suffixes of the table's name.
#}
{% macro leftover_suffixes() %}
    {%- do return(adapter.dispatch('leftover_suffixes', 'stedi')()) -%}
{% endmacro %}

{% macro default__leftover_suffixes() %}
    {{ unsupported_adapter('leftover_suffixes') }}
{% endmacro %}

{% macro duckdb__leftover_suffixes() %}
    {%- do return(['__dbt_backup']) -%}
{% endmacro %}

{% macro athena__leftover_suffixes() %}
    {%- do return(['__bkp', '__ha']) -%}
{% endmacro %}
