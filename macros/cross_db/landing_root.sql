{#
    The landing root without a slash at its end: STEDI_LANDING, else the engine's default.

    Args:
        dry_run: true allows a placeholder where a real root must be given.
    Raises: a compile error if the engine cannot read such a root.
#}
{% macro landing_root(dry_run=false) %}
    {%- do return(adapter.dispatch('landing_root', 'stedi')(dry_run)) -%}
{% endmacro %}

{% macro default__landing_root(dry_run) %}
    {{ unsupported_adapter('landing_root') }}
{% endmacro %}

{% macro duckdb__landing_root(dry_run) %}
    {%- set root = env_var('STEDI_LANDING', '') or 'data/landing' -%}
    {%- if root.startswith('s3://') -%}
        {%- do exceptions.raise_compiler_error(
            "STEDI_LANDING is " ~ root ~ ": on DuckDB the landing root is a folder. "
            "Give it a path, or build on Athena."
        ) -%}
    {%- endif -%}
    {%- do return(duckdb_normal_path(root)) -%}
{% endmacro %}

{% macro athena__landing_root(dry_run) %}
    {%- set root = env_var('STEDI_LANDING', '') or ('s3://your-landing-bucket' if dry_run else '') -%}
    {%- if not root.startswith('s3://') -%}
        {%- do exceptions.raise_compiler_error(
            "STEDI_LANDING is '" ~ root ~ "': on Athena the landing root is on S3. "
            "Set it to s3://bucket/prefix."
        ) -%}
    {%- endif -%}
    {%- do return(root.rstrip('/')) -%}
{% endmacro %}
