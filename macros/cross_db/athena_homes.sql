{#
    The S3 folders below which dbt-athena may have put a table: <data>/<database>/<table>/, and where
    settings of its own model say.

    Args:
        schema, name: the table's.
        config: its model's, {} if it has none.
    Returns: list of what athena_location returns.
#}
{% macro athena_homes(schema, name, config) %}
    {%- set homes = [] -%}
    {%- if config.get('external_location') -%}
        {%- do homes.append(athena_location(config.external_location)) -%}
    {%- endif -%}
    {%- for folder in [
        target.s3_data_dir, config.get('s3_data_dir'), config.get('s3_tmp_table_dir') or target.s3_tmp_table_dir
    ] if folder -%}
        {%- do homes.append(athena_location(folder ~ '/' ~ schema ~ '/' ~ name)) -%}
    {%- endfor -%}
    {%- do return(homes) -%}
{% endmacro %}
