{#
    Stops a build that has no landing data; warns of a feed that is empty.

    Args:
        asked: the feeds that are warned of.
    Raises: a compile error if none of the feeds exists under the root.
#}
{% macro check_landing_is_there(root, asked) %}
    {%- set empty = [] -%}
    {%- for feed in asked if not landing_presence(root, feed).has_files -%}
        {%- do empty.append(feed) -%}
    {%- endfor -%}
    {%- if empty -%}
        {%- set feeds = landing_feeds() -%}
        {%- set there = [] -%}
        {%- for feed in feeds if landing_presence(root, feed).exists -%}
            {%- do there.append(feed) -%}
        {%- endfor -%}
        {%- if not there -%}
            {%- do exceptions.raise_compiler_error(
                "No landing data: " ~ root ~ " is missing, or holds none of "
                ~ feeds | map(attribute='external.location') | join(', ')
                ~ " (on S3: no object with a byte in them). " ~ where_to_get('landing', root)
            ) -%}
        {%- endif -%}
        {%- for feed in empty -%}
            {%- do exceptions.warn(
                "No files in " ~ root ~ "/" ~ feed.external.location ~ ": " ~ feed.name ~ " is empty."
            ) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
