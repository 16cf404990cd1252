{#
    A digest of all that decides what a staging table makes of a landing line, and how it keeps it: the
    model, the declared columns, the variables, the macros, the settings of the table. One that was loaded
    with another digest is loaded anew. So is one that was loaded from other than the generated data, for
    which alone the demo pepper is. The landing root is not in it: landing_note has it.
#}
{% macro landing_settings(model) %}
    {#- Made-up files, one of each kind that is read in its own way. -#}
    {%- set files = {'one_byte.json': 1, 'one_byte.json.gz': 1, 'any.json': 2} -%}
    {%- set root, feed = 's3://bucket', landing_feed_of(model) -%}
    {%- set kept = [] -%}
    {%- for name in [
        'table_type', 'table_properties', 'format', 'write_compression', 'partitioned_by', 's3_data_dir', 'external_location'
    ] -%}
        {%- do kept.append(model.config.get(name)) -%}
    {%- endfor -%}
    {%- do return(local_md5(
        model.raw_code ~ landing_view(root, feed, files) ~ landing_reader_ddl(root, feed, true) ~ landing_is_generated()
        ~ tojson(kept, sort_keys=true)
    )) -%}
{% endmacro %}
