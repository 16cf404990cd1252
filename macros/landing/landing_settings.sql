{#
    A digest of all that decides what a staging table makes of a landing line: the model, the declared
    columns, the variables, the macros. A table that was loaded with another one is loaded anew.
#}
{% macro landing_settings(model) %}
    {%- do return(local_md5(model.raw_code ~ landing_view(landing_root(), landing_feed_of(model), {}))) -%}
{% endmacro %}
