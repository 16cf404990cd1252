{#
    Every table and view in the project's databases, as Glue has them.

    Returns: list of {name: <database>.<table>, model: the same without what dbt appends while it
    replaces a table, role: what this project makes under that name (table, reader, view; none if it
    makes nothing), glue: the Table of Glue's GetTable}.
#}
{% macro athena_tables() %}
    {%- set roles = {} -%}
    {%- for node in graph.nodes.values() if node.resource_type in ['model', 'seed', 'snapshot', 'test'] -%}
        {%- do roles.update({(node.schema, node.alias): 'table'}) -%}
    {%- endfor -%}
    {%- for feed in landing_feeds() -%}
        {%- do roles.update({
            (feed.schema, feed.identifier): 'view',
            (feed.schema, landing_reader(feed).identifier): 'reader',
        }) -%}
    {%- endfor -%}
    {%- do roles.update({(pepper_relation().schema, pepper_relation().identifier): 'reader'}) -%}
    {%- set tables = [] -%}
    {%- for schema in roles | map('first') | unique | sort -%}
        {%- set database = api.Relation.create(database=target.database, schema=schema) -%}
        {%- for relation in adapter.list_relations_without_caching(database) -%}
            {%- set found = relation.identifier -%}
            {%- set model = modules.re.sub('__(dbt_tmp|ha|bkp|tmp_not_partitioned).*', '', found) -%}
            {%- do tables.append({
                'name': schema ~ '.' ~ found,
                'model': schema ~ '.' ~ model,
                'role': roles.get((schema, found)) or roles.get((schema, model)),
                'glue': (adapter.get_glue_table(relation) or {}).get('Table', {}),
            }) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- do return(tables) -%}
{% endmacro %}
