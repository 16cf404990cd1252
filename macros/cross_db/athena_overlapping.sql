{#
    True if one of some S3 locations, as athena_location returns them, lies in one of others or around it.
#}
{% macro athena_overlapping(locations, others) %}
    {%- for location in locations -%}
        {%- for other in others if location.startswith(other) or other.startswith(location) -%}
            {%- do return(true) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- do return(false) -%}
{% endmacro %}
