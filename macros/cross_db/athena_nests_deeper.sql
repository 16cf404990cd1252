{#
    True where brackets outside a line's strings are nested deeper than `levels`. Levels are counted only
    in lines that have so many brackets.
#}
{% macro athena_nests_deeper(line, levels) -%}
    {%- set state = 'row(level bigint, deepest bigint)' -%}
                (
                    (strpos({{ line }}, '{', {{ levels // 2 }}) > 0 or strpos({{ line }}, '[', {{ levels // 2 }}) > 0)
                    and reduce(
                        regexp_extract_all(
                            regexp_replace(replace(replace({{ line }}, '\\'), '\"'), '"[^"]*"'), '[\[\]{}]'
                        ),
                        cast(row(0, 0) as {{ state }}),
                        (state, bracket) -> cast(
                            row(
                                state.level + if(bracket in ('[', '{'), 1, -1),
                                greatest(state.deepest, state.level)
                            ) as {{ state }}
                        ),
                        state -> state.deepest > {{ levels }}
                    )
                )
{%- endmacro %}
