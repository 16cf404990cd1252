{#
    Stops if there is no pepper, or a short one: a pepper that can be guessed would reveal the people.
    So would the demo pepper, which stands in the project: it is for generated people only, and what
    research is made from must be built in the same run, and staging have been loaded from these data
    (landing_settings sees to that), or it may still hold others.

    On Athena, where lines have no order, a file of several lines is refused as well.

    Args:
        root: what pepper_root returns.
    Raises: a compile error that says where the pepper belongs. Never shows it.
#}
{% macro check_pepper(pepper, root) %}
    {#- The SHA-256 of seeds/demo_pepper/pepper: the hash of a public line gives nothing away. -#}
    {%- set demo_sha256 = '591bdb0fcbb71003f1eae77bd9f6bba46b0153287622feb0235a4f5ce559b78a' -%}
    {%- set found = run_query(
        "select length(pepper), case when " ~ sha256_hex('trim(pepper)') ~ " = '" ~ demo_sha256
        ~ "' then 1 else 0 end from " ~ pepper
    ).rows if root and load_relation(pepper) else [] -%}
    {%- if found | length != 1 or found[0][0] < 16 -%}
        {%- do exceptions.raise_compiler_error(
            "No pepper for the research zone: put one line of at least 16 random characters into the file "
            ~ "`pepper` below STEDI_SECRET (" ~ (root or "not set") ~ "). " ~ where_to_get('pepper', root)
            ~ (" data/landing is not the generated data, so set STEDI_LANDING first (data/landing, if it is yours)."
                if not env_var('STEDI_LANDING', '') and not env_var('STEDI_SECRET', '')) ~ " See docs/runbooks/pepper.md."
        ) -%}
    {%- elif found[0][1] == 1 and not landing_is_generated() -%}
        {%- do exceptions.raise_compiler_error(
            "The pepper below STEDI_SECRET (" ~ root ~ ") is the demo pepper, which everybody can read in seeds/demo_pepper: "
            ~ "it is only for the generated data, with STEDI_LANDING unset. Your landing data needs a random one: "
            ~ "let STEDI_SECRET name another place and put one there. " ~ where_to_get('pepper', root)
            ~ " See docs/runbooks/pepper.md."
        ) -%}
    {%- elif found[0][1] == 1 and left_out_before_research() -%}
        {%- do exceptions.raise_compiler_error(
            "Research takes the demo pepper only if all that it is made from is built in the same run, because "
            "tables of an earlier one may hold other people than the generated ones. Left out: "
            ~ left_out_before_research() | join(', ') ~ ". Build everything (`dbt build`), or put a + "
            "before each model's name: `dbt build --select +readings`. See docs/runbooks/pepper.md."
        ) -%}
    {%- endif -%}
{% endmacro %}
