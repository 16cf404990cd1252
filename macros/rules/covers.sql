{#
    True where a consent interval covers a millisecond: its start is inclusive, its end exclusive, and
    an interval without an end is open.

    Args:
        interval: alias of a relation with valid_from and valid_to (epoch milliseconds, UTC).
        at: SQL of a time (epoch milliseconds, UTC).
#}
{% macro covers(interval, at) -%}
    ({{ interval }}.valid_from <= {{ at }} and ({{ interval }}.valid_to > {{ at }} or {{ interval }}.valid_to is null))
{%- endmacro %}
