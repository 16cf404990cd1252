{#
    Whether landing is the generator's default data, byte for byte, in its default place. Nobody in
    it exists.

    False where STEDI_LANDING is set, even to a copy of these data. Asked once a command.
#}
{% macro landing_is_generated() %}
    {%- set answers = graph.setdefault('landing_is_generated_' ~ invocation_id, []) -%}
    {%- if not answers -%}
        {%- do answers.append(
            not env_var('STEDI_LANDING', '') and adapter.dispatch('landing_is_generated', 'stedi')()
        ) -%}
    {%- endif -%}
    {%- do return(answers[0]) -%}
{% endmacro %}

{% macro default__landing_is_generated() %}
    {{ unsupported_adapter('landing_is_generated') }}
{% endmacro %}

{#-
    Contents are read only if the bytes are as many, and once: the database remembers the files, sizes and
    times of those that were found to be generated. A full refresh reads them again, as it loads them again.
-#}
{% macro duckdb__landing_is_generated() %}
    {%- set root = landing_root() -%}
    {%- set paths = [] -%}
    {%- for feed in landing_feeds() -%}
        {%- for file in landing_files(feed, list_landing(root, feed).files) -%}
            {%- do paths.append(root ~ '/' ~ file) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if not paths -%}
        {%- do return(false) -%}
    {%- endif -%}
    {%- set from_files = "from read_blob(" ~ duckdb_file_list(paths) ~ ")" -%}
    {%- set bytes, files = run_query(
        "select sum(size), md5(string_agg(filename || ' ' || size || ' ' || epoch_us(last_modified), ',' order by filename)) "
        ~ from_files
    ).rows[0] -%}
    {%- if bytes != 10931779 -%}
        {%- do return(false) -%}
    {%- endif -%}
    {%- set schema = adapter.quote(landing_feeds()[0].schema) -%}
    {%- if not flags.FULL_REFRESH and run_query("select 1 from duckdb_functions() where function_name = 'generated_" ~ files ~ "'").rows -%}
        {%- do return(true) -%}
    {%- endif -%}
    {%- set is_generated = run_query(
        "select sha256(string_agg(filename || ' ' || sha256(content), ',' order by filename)) " ~ from_files
    ).rows[0][0] == '29c2db8c4e6f8f2524dcc9d971a5793d1a29e690def4d23d2ad5a94338b4a453' -%}
    {%- if is_generated -%}
        {%- do run_query("create schema if not exists " ~ schema) -%}
        {%- do run_query("create or replace macro " ~ schema ~ ".generated_" ~ files ~ "() as true") -%}
    {%- endif -%}
    {%- do return(is_generated) -%}
{% endmacro %}

{#- On S3 nothing is generated: there STEDI_LANDING is always set. -#}
{% macro athena__landing_is_generated() %}
    {%- do return(false) -%}
{% endmacro %}
