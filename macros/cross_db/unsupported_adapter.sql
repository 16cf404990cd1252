{#
    Stops a dispatched macro on an adapter that it was not written for, and names the supported ones.
#}
{% macro unsupported_adapter(macro_name) %}
    {%- do exceptions.raise_compiler_error(
        macro_name ~ " is not written for adapter " ~ adapter.type()
        ~ "; supported adapters: athena, duckdb."
    ) -%}
{% endmacro %}
