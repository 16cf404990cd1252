{#
    A landing root as a note tells it: on DuckDB a relative one is of the project's folder, and the
    next build may be of another clone.
#}
{% macro absolute_root(root) %}
    {%- do return(adapter.dispatch('absolute_root', 'stedi')(root)) -%}
{% endmacro %}

{% macro default__absolute_root(root) %}
    {{ unsupported_adapter('absolute_root') }}
{% endmacro %}

{#- --project-dir may be relative as well, to where dbt was started. -#}
{% macro duckdb__absolute_root(root) %}
    {%- set project = invocation_args_dict.project_dir | string -%}
    {%- set project = project if project.startswith('/') else env_var('PWD', '') ~ '/' ~ project -%}
    {%- do return(duckdb_normal_path(root if root.startswith('/') else project ~ '/' ~ root)) -%}
{% endmacro %}

{% macro athena__absolute_root(root) %}
    {%- do return(root) -%}
{% endmacro %}
