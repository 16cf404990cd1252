{#
    Whether a feed is there.

    Returns: {exists: is there such a folder; has_files: is a file in it that counts}.
#}
{% macro landing_presence(root, feed) %}
    {%- do return(adapter.dispatch('landing_presence', 'stedi')(root, feed)) -%}
{% endmacro %}

{% macro default__landing_presence(root, feed) %}
    {{ unsupported_adapter('landing_presence') }}
{% endmacro %}

{% macro duckdb__landing_presence(root, feed) %}
    {%- set listing = list_landing(root, feed) -%}
    {%- do return({'exists': listing.exists, 'has_files': landing_files(feed, listing.files) != []}) -%}
{% endmacro %}

{#- S3 has no folders: one without a line does not exist. The first line found ends the query. -#}
{% macro athena__landing_presence(root, feed) %}
    {%- set has_lines = run_query("select 1 from " ~ landing_reader(feed, []) ~ " limit 1").rows | length > 0 -%}
    {%- do return({'exists': has_lines, 'has_files': has_lines}) -%}
{% endmacro %}
