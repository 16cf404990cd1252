{#
    Makes the relation through which research reads the pepper. Runs before every command but seed.
#}
{% macro stage_pepper() %}
    {%- if execute and flags.WHICH != 'seed' -%}
        {%- do run_or_print(pepper_ddl(pepper_relation()), false) -%}
    {%- endif -%}
{% endmacro %}
