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

{#- DuckDB takes `file:/` for a file system of its own, and a backslash for a slash. -#}
{% macro duckdb__landing_root(dry_run) %}
    {%- set root = env_var('STEDI_LANDING', '') or 'data/landing' -%}
    {%- if modules.re.match('[A-Za-z0-9]+:', root) or '\\' in root -%}
        {%- do exceptions.raise_compiler_error(
            "STEDI_LANDING is " ~ root ~ ": on DuckDB the landing root is a folder, without a backslash in "
            "its path. Give it a path, or build on Athena."
        ) -%}
    {%- endif -%}
    {%- do return(duckdb_normal_path(root)) -%}
{% endmacro %}

{% macro athena__landing_root(dry_run) %}
    {%- set root = env_var('STEDI_LANDING', '') or ('s3://your-landing-bucket' if dry_run else '') -%}
    {%- if not is_s3_root(root) -%}
        {%- do exceptions.raise_compiler_error(
            "STEDI_LANDING must be s3://bucket/prefix, not '" ~ root ~ "': on Athena the landing root is on S3. "
            "No step of the prefix is empty, . or .., or has one of " ~ '\\ \' " ` * ? # % { } [ ] ^ < > | ~'
        ) -%}
    {%- endif -%}
    {%- do return(root.rstrip('/')) -%}
{% endmacro %}
