{#
    Every table and view in the project's databases, as Glue has them.

    Returns: list of
        name: <database>.<table>
        role: what this project makes under that name: table, reader (an external table over landing or
            the pepper) or view; none if it makes nothing
        locations: the S3 locations of its files, of which dbt deletes the first
        homes: the folders below which they belong, as athena_homes returns them
        external_location: the one of them that its model names as its very place, none if it names none
        is_athena_view: can Athena replace it by a view
        has_rows: is it more than a view or a pointer to files
#}
{% macro athena_tables() %}
    {%- set roles = {} -%}
    {%- set configs = {} -%}
    {%- for node in graph.nodes.values() if node.resource_type in ['model', 'seed', 'snapshot', 'test'] -%}
        {%- do roles.update({(node.schema, node.alias): 'table'}) -%}
        {%- do configs.update({(node.schema, node.alias): node.config}) -%}
        {%- if node.config.materialized == 'ledger' -%}
            {%- do roles.update({(node.schema, athena_note_view(api.Relation.create(identifier=node.alias)).identifier): 'view'}) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for feed in landing_feeds() -%}
        {%- do roles.update({
            (feed.schema, feed.identifier): 'view',
            (feed.schema, landing_reader(feed, []).identifier): 'reader',
            (feed.schema, landing_reader(feed, ['any']).identifier): 'reader',
        }) -%}
    {%- endfor -%}
    {%- do roles.update({(pepper_relation().schema, pepper_relation().identifier): 'reader'}) -%}
    {%- set tables = [] -%}
    {%- for schema in roles | map('first') | unique | sort -%}
        {%- set database = api.Relation.create(database=target.database, schema=schema) -%}
        {%- for relation in adapter.list_relations_without_caching(database) -%}
            {%- set name = relation.identifier -%}
            {%- set glue = (adapter.get_glue_table(relation) or {}).get('Table', {}) -%}
            {%- set properties = glue.get('Parameters', {}) -%}
            {#- without what dbt appends to the name while it replaces a table -#}
            {%- set model = modules.re.sub('__(dbt_tmp.*|ha|bkp|tmp_not_partitioned)\\Z', '', name) -%}
            {%- set is_replaced = roles.get((schema, model)) == 'table' -%}
            {%- set config = configs.get((schema, model), {}) -%}
            {%- do tables.append({
                'name': schema ~ '.' ~ name,
                'role': 'table' if is_replaced else roles.get((schema, name)),
                'locations': [
                    glue.get('StorageDescriptor', {}).get('Location'), properties.get('metadata_location')
                ] | select | list,
                'homes': (athena_homes(schema, model, config) if is_replaced else [])
                    + athena_homes(schema, name, config),
                'external_location': athena_location(config.external_location) if config.get('external_location') else none,
                'is_athena_view': properties.get('presto_view') == 'true',
                'has_rows': glue.get('TableType') not in [none, 'EXTERNAL_TABLE', 'VIRTUAL_VIEW']
                    or properties.get('table_type', '') | upper == 'ICEBERG',
            }) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- do return(tables) -%}
{% endmacro %}
