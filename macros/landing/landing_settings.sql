{#
    A digest of all that decides what a staging table makes of a landing line: the model, the declared
    columns, the variables, the macros. A table that was loaded with another one is loaded anew. So is one
    that was loaded from other than the generated data, for which alone the demo pepper is.
#}
{% macro landing_settings(model) %}
    {#- Made-up files, one of each kind that is read in its own way. -#}
    {%- set files = {'one_byte.json': 1, 'one_byte.json.gz': 1, 'any.json': 2} -%}
    {%- do return(local_md5(model.raw_code ~ landing_view(landing_root(), landing_feed_of(model), files) ~ landing_is_generated())) -%}
{% endmacro %}
