{#
    Makes the relation through which research reads the pepper, and stops a build of research without
    one before any table changes: half a build would leave people in research who have withdrawn.

    Runs before every command but seed. If STEDI_SECRET names no place, nothing is made.
    Raises: a compile error that says where the pepper belongs.
#}
{% macro stage_pepper() %}
    {%- if execute and flags.WHICH != 'seed' -%}
        {%- set pepper = pepper_relation() -%}
        {%- set root = pepper_root() -%}
        {%- if root -%}
            {%- do run_or_print(pepper_ddl(pepper, root), false) -%}
        {%- endif -%}
        {%- if flags.WHICH in ['build', 'run'] and builds_research() -%}
            {%- do check_pepper(pepper, root) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
