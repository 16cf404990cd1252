{#
    Runs a list of statements in order; a dry run prints them instead.
#}
{% macro run_or_print(statements, dry_run) %}
    {%- for statement in statements -%}
        {%- if dry_run -%}
            {%- do print(statement ~ ';\n') -%}
        {%- else -%}
            {%- do run_query(statement) -%}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}
