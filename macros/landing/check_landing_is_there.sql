{#
    Stops a build that has no landing data; warns of a feed that is empty.

    Args:
        listings: feed name -> {exists, files}, as list_landing returns them.
    Raises: a compile error if none of the feeds exists under the root.
#}
{% macro check_landing_is_there(root, feeds, listings) %}
    {%- if not listings.values() | selectattr('exists') | list -%}
        {%- do exceptions.raise_compiler_error(
            "No landing data: " ~ root ~ " is missing, or holds none of "
            ~ feeds | map(attribute='external.location') | join(', ')
            ~ " (on S3: no object with a byte in them). " ~ where_to_get('landing', root)
        ) -%}
    {%- endif -%}
    {%- for feed in feeds if listings[feed.name].files == [] -%}
        {%- do exceptions.warn(
            "No files in " ~ root ~ "/" ~ feed.external.location ~ ": " ~ feed.name ~ " is empty."
        ) -%}
    {%- endfor -%}
{% endmacro %}
