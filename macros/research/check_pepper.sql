{#
    Stops if there is no pepper, or a short one: a pepper that can be guessed would reveal the people.

    On Athena, where lines have no order, a file of several lines is refused as well.

    Args:
        root: what pepper_root returns.
    Raises: a compile error that says where the pepper belongs. Never shows it.
#}
{% macro check_pepper(pepper, root) %}
    {%- set lengths = run_query("select length(pepper) from " ~ pepper).columns[0].values()
        if root and load_relation(pepper) else [] -%}
    {%- if lengths | length != 1 or lengths[0] < 16 -%}
        {%- do exceptions.raise_compiler_error(
            "No pepper for the research zone: put one line of at least 16 random characters into the file "
            ~ "`pepper` below STEDI_SECRET (" ~ (root or "not set") ~ "). "
            ~ where_to_get('pepper', root) ~ " See docs/runbooks/pepper.md."
        ) -%}
    {%- endif -%}
{% endmacro %}
