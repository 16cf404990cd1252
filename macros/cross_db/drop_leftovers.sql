{#
    Drops what a build that was killed while it made a table anew has left beside it, under a name of the
    adapter's.
#}
{% macro drop_leftovers(relation) %}
    {%- for suffix in adapter.dispatch('leftover_suffixes', 'stedi')() -%}
        {%- set left = relation.incorporate(path={'identifier': relation.identifier ~ suffix}) -%}
        {{ drop_relation_if_exists(load_cached_relation(left)) }}
    {%- endfor -%}
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
