{#
    Whether landing is the generator's default data, byte for byte, in its default place. Nobody in
    it exists.

    False where STEDI_LANDING is set, even to a copy of these data.
#}
{% macro landing_is_generated() %}
    {%- do return(not env_var('STEDI_LANDING', '') and adapter.dispatch('landing_is_generated', 'stedi')()) -%}
{% endmacro %}

{% macro default__landing_is_generated() %}
    {{ unsupported_adapter('landing_is_generated') }}
{% endmacro %}

{#- Contents are read only if the bytes are as many: other data may be large. -#}
{% macro duckdb__landing_is_generated() %}
    {%- set root = landing_root() -%}
    {%- set files = [] -%}
    {%- for feed in landing_feeds() -%}
        {%- do files.extend(landing_files(feed, list_landing(root, feed).files)) -%}
    {%- endfor -%}
    {%- set paths = [] -%}
    {%- for file in files -%}
        {%- do paths.append(root ~ '/' ~ file) -%}
    {%- endfor -%}
    {%- set from_files = "from read_blob(" ~ duckdb_file_list(paths) ~ ")" -%}
    {%- do return(
        paths != []
        and run_query("select sum(size) " ~ from_files).rows[0][0] == 10931779
        and run_query(
            "select sha256(string_agg(filename || ' ' || sha256(content), ',' order by filename)) " ~ from_files
        ).rows[0][0] == '29c2db8c4e6f8f2524dcc9d971a5793d1a29e690def4d23d2ad5a94338b4a453'
    ) -%}
{% endmacro %}

{#- On S3 nothing is generated: there STEDI_LANDING is always set. -#}
{% macro athena__landing_is_generated() %}
    {%- do return(false) -%}
{% endmacro %}
