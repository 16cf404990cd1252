{#
    Stops dbt, before it does anything, if the engine takes the database's name for something else.

    DuckDB names a catalog after its file, and looks for catalogs, schemas and its own names in one
    place: in stedi_trusted.duckdb nobody can name a table of the schema stedi_trusted, and tables
    written to `temp` are gone with the process.

    Args:
        schema: a schema of ours.
    Raises: a compile error that names the file and the remedy.
#}
{% macro check_database(schema) %}
    {%- do adapter.dispatch('check_database', 'stedi')(schema) -%}
{% endmacro %}

{% macro default__check_database(schema) %}
    {{ unsupported_adapter('check_database') }}
{% endmacro %}

{% macro duckdb__check_database(schema) %}
    {%- set taken = [
        'temp', 'main', 'system', 'information_schema', 'pg_catalog',
        target.schema ~ '_landing', target.schema ~ '_secret', schema
    ] -%}
    {%- set file = target.path.split('/')[-1] -%}
    {%- if target.database | lower in taken | map('lower') or modules.re.search('[?#]', target.path)
        or not modules.re.fullmatch('[.]?\\w[\\w .-]*', file) -%}
        {%- do exceptions.raise_compiler_error(
            "STEDI_DUCKDB is " ~ target.path ~ ": DuckDB and dbt cannot name tables in such a file. Name another "
            "one, of letters, digits, _ and -, not temp, main or system, nor as a schema: STEDI_DUCKDB=data/other.duckdb"
        ) -%}
    {%- endif -%}
{% endmacro %}

{#- Glue's databases are our schemas; nothing else has their names. -#}
{% macro athena__check_database(schema) %}{% endmacro %}
