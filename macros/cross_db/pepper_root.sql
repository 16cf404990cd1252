{#
    The place of the pepper: the folder or s3:// prefix that STEDI_SECRET names. If it names none: on
    DuckDB the demo pepper's folder for the generated data, else data/secret; on Athena none.

    Raises: a compile error for a value that is not a place, without showing it: it may be the pepper itself.
#}
{% macro pepper_root() %}
    {%- set root = env_var('STEDI_SECRET', '') -%}
    {%- if root and '/' not in root and '\\' not in root -%}
        {%- do exceptions.raise_compiler_error(
            "STEDI_SECRET names no place: it takes a folder, as data/secret, or an s3:// prefix. The secret "
            "itself belongs into the file `pepper` there. (The value is not shown, lest it be the secret.)"
        ) -%}
    {%- endif -%}
    {%- do return(adapter.dispatch('pepper_root', 'stedi')(root)) -%}
{% endmacro %}

{% macro default__pepper_root(root) %}
    {{ unsupported_adapter('pepper_root') }}
{% endmacro %}

{% macro duckdb__pepper_root(root) %}
    {%- do return(root or ('seeds/demo_pepper' if landing_is_generated() else 'data/secret')) -%}
{% endmacro %}

{% macro athena__pepper_root(root) %}
    {%- if root.startswith('s3://') and not is_s3_root(root) -%}
        {%- do exceptions.raise_compiler_error(
            "STEDI_SECRET must be s3://bucket/prefix, with the same characters as STEDI_LANDING. (Its value "
            "is not shown, lest it hold the secret.)"
        ) -%}
    {%- endif -%}
    {%- do return(root.rstrip('/') if root.startswith('s3://') else none) -%}
{% endmacro %}
