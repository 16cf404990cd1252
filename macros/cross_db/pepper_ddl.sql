{#
    The statements that make <schema>_secret.pepper: its column pepper is the first line of the file
    `pepper` below the root, no row where there is no file.

    The secret itself never enters SQL text, from which it would get into logs, the manifest and
    Athena's query history: the engine reads the file.

    Args:
        root: what pepper_root returns, not none.
    Returns: list of statements.
#}
{% macro pepper_ddl(relation, root) %}
    {%- do return(adapter.dispatch('pepper_ddl', 'stedi')(relation, root)) -%}
{% endmacro %}

{% macro default__pepper_ddl(relation, root) %}
    {{ unsupported_adapter('pepper_ddl') }}
{% endmacro %}

{#- /dev/null is read for the reason that duckdb_file_sizes gives. -#}
{% macro duckdb__pepper_ddl(relation, root) %}
    {%- do return([
        "create schema if not exists " ~ adapter.quote(relation.schema),
        "create or replace view " ~ relation ~ " as\n"
        ~ "select regexp_extract(content, '^[^\\r\\n]*') as pepper\n"
        ~ "from read_text(['/dev/null', '" ~ duckdb_literal_glob(duckdb_normal_path(root) ~ '/pepper') ~ "*'])\n"
        ~ "where ends_with(filename, '/pepper')",
    ]) -%}
{% endmacro %}

{#- A text table reads a whole prefix, so the pepper needs one of its own: STEDI_SECRET. -#}
{% macro athena__pepper_ddl(relation, root) %}
    {%- do return(athena_text_table_ddl(relation, 'pepper', root)) -%}
{% endmacro %}
