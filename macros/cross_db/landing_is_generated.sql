{#
    Whether landing is the generator's default data, in its default place: nobody in it exists.

    Of every file name and size must agree, of customers each byte: pseudonyms are theirs alone.
    False where STEDI_LANDING is set, even to a copy of these data.
#}
{% macro landing_is_generated() %}
    {%- do return(not env_var('STEDI_LANDING', '') and adapter.dispatch('landing_is_generated', 'stedi')()) -%}
{% endmacro %}

{% macro default__landing_is_generated() %}
    {{ unsupported_adapter('landing_is_generated') }}
{% endmacro %}

{#- The names are checked first, as read_blob fails where there is no file. Hidden files are not read. -#}
{% macro duckdb__landing_is_generated() %}
    {%- set all_files, customers = 'data/landing/*/landing/**', 'data/landing/customer/landing/**' -%}
    {%- if not run_query("select 1 from glob('" ~ customers ~ "') limit 1").rows -%}
        {%- do return(false) -%}
    {%- endif -%}
    {%- set found = run_query(
        "select sha256(string_agg(filename || ' ' || seen, ',' order by filename, seen)) from (\n"
        ~ "select filename, cast(size as varchar) as seen from read_blob('" ~ all_files ~ "')\n"
        ~ "union all select filename, sha256(content) from read_blob('" ~ customers ~ "'))\n"
        ~ "where not regexp_matches(filename, '/[_.]')"
    ).columns[0].values() -%}
    {%- do return(found == ('bbf24b80c133b43fe27360456062a7600068757842339dfba0ae9e616c52804d',)) -%}
{% endmacro %}

{#- On S3 nothing is generated: there STEDI_LANDING is always set. -#}
{% macro athena__landing_is_generated() %}
    {%- do return(false) -%}
{% endmacro %}
