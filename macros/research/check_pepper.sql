{#
    Stops research where there is no pepper, or not exactly one line of at least 16 characters: a
    pepper that can be guessed would give the people away.

    Raises: a compile error that says where the pepper belongs. Never shows it.
#}
{% macro check_pepper() %}
    {%- if execute -%}
        {%- set pepper = pepper_relation() -%}
        {%- set found = run_query(
            "select count(*), count_if(length(pepper) >= 16) from " ~ pepper
        ).rows[0] if load_relation(pepper) else [0, 0] -%}
        {%- if found[0] != 1 or found[1] != 1 -%}
            {%- do exceptions.raise_compiler_error(
                "No pepper for the research zone: put one line of at least 16 random characters into the "
                "file `pepper` below STEDI_SECRET (" ~ (env_var('STEDI_SECRET', '') or "not set")
                ~ "). See docs/runbooks/pepper.md."
            ) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
