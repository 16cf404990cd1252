{#
    An S3 location as dbt-athena understands it when it deletes what lies there, with a slash at its end.

    Empty steps, another name of the scheme (s3a) and all from a question mark on count for nothing.
#}
{% macro athena_location(location) %}
    {%- set path = modules.re.sub('/+', '/', location.split('?')[0] ~ '/') -%}
    {%- do return(modules.re.sub('^[^/]*/', 's3://', path, count=1)) -%}
{% endmacro %}
