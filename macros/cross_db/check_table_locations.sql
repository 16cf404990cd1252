{#
    Stops a command that writes if dbt might delete files that are not those of this project's tables.

    Looks at every table in the project's databases, before anything is made or replaced.
    Raises: a compile error that names all tables and settings in question, and the remedy.
#}
{% macro check_table_locations() %}
    {{ adapter.dispatch('check_table_locations', 'stedi')() }}
{% endmacro %}

{% macro default__check_table_locations() %}
    {{ unsupported_adapter('check_table_locations') }}
{% endmacro %}

{#- DuckDB keeps all tables in one file of its own. -#}
{% macro duckdb__check_table_locations() %}
{% endmacro %}

{#-
    dbt-athena deletes everything at the location of a table that it replaces, whoever made it. So a
    table must lie in a folder that its database and name give it, where no other table may lie, and
    all of these apart from landing, the secret and the results. The external tables over landing and
    the pepper lie elsewhere: this project makes them anew without touching a file, unless they turned
    into something that has rows of its own.
-#}
{% macro athena__check_table_locations() %}
    {%- set data = target.s3_data_dir or '' -%}
    {%- if not modules.re.fullmatch('s3://[^/?]+(/[^/?]+)*/?', data) -%}
        {%- do exceptions.raise_compiler_error(
            "STEDI_ATHENA_DATA (s3_data_dir in profiles.yml) is '" ~ data ~ "': set it to s3://bucket/prefix/."
        ) -%}
    {%- endif -%}
    {%- if target.s3_data_naming != 'schema_table_unique' -%}
        {%- do exceptions.raise_compiler_error(
            "s3_data_naming in profiles.yml is '" ~ target.s3_data_naming ~ "': set it to schema_table_unique. With any other, "
            "dbt would put a table over files of the one that it replaces, or where this project does not look for it."
        ) -%}
    {%- endif -%}
    {%- set kept = [] -%}
    {%- for name, location in [
        ('landing (STEDI_LANDING)', landing_root()),
        ('the secret (STEDI_SECRET)', pepper_root()),
        ('the query results (STEDI_ATHENA_RESULTS)', target.s3_staging_dir),
    ] if location -%}
        {%- do kept.append((name, athena_location(location))) -%}
    {%- endfor -%}
    {%- set wrong = [] -%}
    {%- set candidates = [{'name': 'STEDI_ATHENA_DATA', 'location': data, 'homes': ['s3://']}] -%}
    {%- set homes = {} -%}
    {%- for node in graph.nodes.values() if node.resource_type in ['model', 'seed', 'snapshot', 'test'] -%}
        {%- do homes.update({node.unique_id: athena_homes(node.schema, node.alias, node.config)}) -%}
    {%- endfor -%}
    {%- for id, own in homes.items() -%}
        {%- set node = graph.nodes[id] -%}
        {%- for setting in ['external_location', 's3_data_dir', 's3_tmp_table_dir'] if node.config.get(setting) -%}
            {%- do candidates.append({
                'name': setting ~ " of " ~ node.name, 'location': node.config[setting], 'homes': ['s3://']
            }) -%}
        {%- endfor -%}
        {%- if node.config.get('s3_data_naming') not in [none, 'schema_table_unique'] -%}
            {%- do wrong.append("s3_data_naming of " ~ node.name ~ ": takes schema_table_unique alone, or is left out") -%}
        {%- endif -%}
        {%- if own != athena_homes(node.schema, node.alias, {}) -%}
            {%- set met = [] -%}
            {%- for other, others in homes.items() if other != id and athena_overlapping(own, others) -%}
                {%- do met.append(graph.nodes[other].name) -%}
            {%- endfor -%}
            {%- if met -%}
                {%- do wrong.append(node.name ~ ": by its settings it would overlap " ~ met | sort | join(', ')) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for table in athena_tables() -%}
        {%- if table.role == 'view' and not table.is_athena_view -%}
            {%- do wrong.append(table.name ~ ": is no view of Athena's, but the build makes one of that name") -%}
        {%- elif table.role == 'reader' and table.has_rows -%}
            {%- do wrong.append(
                table.name ~ ": has rows of its own, but the build makes an external table of that name"
            ) -%}
        {%- endif -%}
        {%- for location in table.locations if table.role != 'reader' -%}
            {%- do candidates.append({
                'name': table.name, 'location': location, 'homes': table.homes,
                'external_location': table.external_location, 'is_replaced': table.role == 'table',
            }) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for candidate in candidates -%}
        {%- set location = athena_location(candidate.location) -%}
        {%- set overlapped = [] -%}
        {%- for name, other in kept if athena_overlapping([location], [other]) -%}
            {%- do overlapped.append(name) -%}
        {%- endfor -%}
        {%- set found = [] -%}
        {%- for home in candidate.homes if location.startswith(home) and '//' not in candidate.location.split('://')[-1] -%}
            {#- directly there, dbt would delete the table that replaces it, too -#}
            {%- do found.append(home) if location != home or home == candidate.external_location or not candidate.is_replaced -%}
        {%- endfor -%}
        {%- if overlapped -%}
            {%- do wrong.append(
                candidate.name ~ ": " ~ candidate.location ~ " overlaps " ~ overlapped | join(' and ')
            ) -%}
        {%- elif not found -%}
            {%- do wrong.append(
                candidate.name ~ ": " ~ candidate.location ~ " is not in a folder below " ~ candidate.homes | unique | join(' or ')
            ) -%}
        {%- endif -%}
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
