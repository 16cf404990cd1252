{#
    True where brackets outside of a line's strings nest deeper than so many levels. They are counted
    only if there are as many.
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
