{#
    A regular expression for paths that an engine may take for a compression other than gzip, and for
    gzip where it is not written .gz.

    scripts/stedi/feeds.py has the same.
#}
{% macro other_compressions() -%}
    ((?i:[.](bz2|deflate|lzo_deflate|zst|lz4|lzo|snappy|z|xz|br))|[.](G[zZ]|gZ))(?![\s\S])
{%- endmacro %}
