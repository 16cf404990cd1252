{#
    True where a text is empty or only white space: space, tab, LF, VT, FF, CR and nothing else.

    Such a text sorts below '!', which spares nearly all texts the regular expression. NULL is not
    blank.
#}
{% macro is_blank(text) -%}
    case when {{ text }} < '!' then {{ regexp_matches(text, '^[ \\t\\n\\x0b\\f\\r]*\\z') }} else false end
{%- endmacro %}
