{#
    Stops a command that writes if dbt might delete files that are not those of this project's tables.

    Looks at every table in the project's databases, before anything is made or replaced.
    Raises: a compile error that names all tables and settings in question, and the remedy.
#}
{% macro check_table_places() %}
    {{ adapter.dispatch('check_table_places', 'stedi')() }}
{% endmacro %}

{% macro default__check_table_places() %}
    {{ unsupported_adapter('check_table_places') }}
{% endmacro %}

{#- DuckDB keeps all tables in one file of its own. -#}
{% macro duckdb__check_table_places() %}
{% endmacro %}

{#-
    dbt-athena deletes everything at the location of a table that it replaces, whoever made it. So
    STEDI_ATHENA_DATA must lie apart from landing, the secret and the results, and each table below it,
    apart from other tables. The readers of landing and of the pepper lie elsewhere: this project makes
    them anew without touching a file, unless they turned into something that has rows of its own.
-#}
{% macro athena__check_table_places() %}
    {%- set data = target.s3_data_dir or '' -%}
    {%- if not modules.re.fullmatch('s3://[^/?]+(/[^/?]+)*/?', data) -%}
        {%- do exceptions.raise_compiler_error(
            "STEDI_ATHENA_DATA (s3_data_dir in profiles.yml) is '" ~ data ~ "': set it to s3://bucket/prefix/."
        ) -%}
    {%- endif -%}
    {%- set kept = [] -%}
    {%- for name, location in [
        ('landing (STEDI_LANDING)', env_var('STEDI_LANDING', '')),
        ('the secret (STEDI_SECRET)', pepper_root()),
        ('the query results (STEDI_ATHENA_RESULTS)', target.s3_staging_dir),
    ] if location -%}
        {%- do kept.append((name, athena_place(location))) -%}
    {%- endfor -%}
    {%- set wrong = [] -%}
    {%- set claims = [{'name': 'STEDI_ATHENA_DATA', 'location': data}] -%}
    {%- for node in graph.nodes.values() -%}
        {%- for setting in ['external_location', 's3_data_dir', 's3_tmp_table_dir'] if node.config.get(setting) -%}
            {%- do claims.append({'name': setting ~ " of " ~ node.name, 'location': node.config[setting]}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for table in athena_tables() -%}
        {%- if table.role == 'view' and not table.is_athena_view -%}
            {%- do wrong.append(table.name ~ ": is no view of Athena's, but the build makes one of that name") -%}
        {%- elif table.role == 'reader' and table.has_rows -%}
            {%- do wrong.append(table.name ~ ": has rows of its own, but the build makes a reader of that name") -%}
        {%- endif -%}
        {%- for location in table.locations if table.role != 'reader' -%}
            {%- do claims.append({'name': table.name, 'location': location, 'table': table}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set lake = athena_place(data) -%}
    {%- set in_lake = [] -%}
    {%- for claim in claims -%}
        {%- set place = athena_place(claim.location) -%}
        {%- set overlapped = [] -%}
        {%- for name, other in kept if place.startswith(other) or other.startswith(place) -%}
            {%- do overlapped.append(name) -%}
        {%- endfor -%}
        {%- if overlapped -%}
            {%- do wrong.append(claim.name ~ ": " ~ claim.location ~ " overlaps " ~ overlapped | join(' and ')) -%}
        {%- elif loop.first -%}
            {#- STEDI_ATHENA_DATA itself -#}
        {%- elif place == lake or not place.startswith(lake) or '//' in claim.location.split('://')[-1] -%}
            {%- do wrong.append(claim.name ~ ": " ~ claim.location ~ " is not below STEDI_ATHENA_DATA, " ~ data) -%}
        {%- elif claim.table -%}
            {%- do in_lake.append((claim, place)) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for claim, place in in_lake if claim.table.role == 'table' -%}
        {%- for other, other_place in in_lake if other.table.model != claim.table.model
            and (place.startswith(other_place) or other_place.startswith(place)) -%}
            {%- do wrong.append(claim.name ~ ": " ~ claim.location ~ " overlaps " ~ other.name) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if wrong -%}
        {%- do exceptions.raise_compiler_error(
            "Nothing was built, because dbt deletes all files at the location of a table that it replaces:\n  "
            ~ wrong | unique | join('\n  ')
            ~ "\nIf a setting is wrong, correct it. If a table is, take it out of the catalog, which deletes no file: "
            "aws glue delete-table --database-name DATABASE --name TABLE. (DROP TABLE deletes the files of an Iceberg "
            "table.) Do not give the build more permissions instead."
        ) -%}
    {%- endif -%}
{% endmacro %}
