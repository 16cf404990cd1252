{#
    What every dispatched macro does on an adapter it was not written for: stops and says so.
#}
{% macro unsupported_adapter(macro_name) %}
    {%- do exceptions.raise_compiler_error(
        macro_name ~ " is not written for adapter " ~ adapter.type()
        ~ "; supported adapters: athena, duckdb."
    ) -%}
{% endmacro %}
