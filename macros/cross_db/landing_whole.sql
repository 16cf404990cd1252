{#
    All of a feed's landing, as landing_lines takes it.

    Raises: a compile error that names a file in a wrong place, as far as the engine can see it.
#}
{% macro landing_whole(root, feed, dry_run=false) %}
    {%- do return(adapter.dispatch('landing_whole', 'stedi')(root, feed, dry_run)) -%}
{% endmacro %}

{% macro default__landing_whole(root, feed, dry_run) %}
    {{ unsupported_adapter('landing_whole') }}
{% endmacro %}

{% macro duckdb__landing_whole(root, feed, dry_run) %}
    {%- set sizes = list_landing(root, feed).files -%}
    {%- set chosen = {} -%}
    {%- for file in landing_files(feed, sizes) -%}
        {%- do chosen.update({file: sizes[file]}) -%}
    {%- endfor -%}
    {%- do return(chosen) -%}
{% endmacro %}

{#- All of the folder, not the registered days: what is in no day, or in one that is not registered, shows. -#}
{% macro athena__landing_whole(root, feed, dry_run) %}
    {%- do list_landing(root, feed, dry_run) -%}
    {%- do return([landing_reader(feed, []) | string]) -%}
{% endmacro %}
