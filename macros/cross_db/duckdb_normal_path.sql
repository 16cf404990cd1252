{#
    A path as DuckDB's glob writes it: no empty step, no `.`, no `..` after a folder; ~ resolved.

    The paths of files then begin with the landing root, letter for letter.

    Returns: text without a slash at its end; '.' for the current folder.
#}
{% macro duckdb_normal_path(path) %}
    {%- set home = env_var('HOME', '') if path.split('/')[0] == '~' else '' -%}
    {%- set path = home ~ path[1:] if home else path -%}
    {%- set steps = [] -%}
    {%- for step in path.split('/') if step not in ['', '.'] -%}
        {%- if step == '..' and steps and steps[-1] != '..' -%}
            {%- do steps.pop() -%}
        {%- else -%}
            {%- do steps.append(step) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do return(('/' if path.startswith('/') else '') ~ steps | join('/') or '.') -%}
{% endmacro %}
