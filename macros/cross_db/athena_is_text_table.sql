{#
    True if a table of Glue is what athena_text_table_ddl makes, and nothing has been added.

    Only the properties are let pass that Athena itself sets on every external table.
#}
{% macro athena_is_text_table(table, column, location, partition=none) %}
    {%- set storage = table.get('StorageDescriptor', {}) -%}
    {%- set serde = storage.get('SerdeInfo', {}) -%}
    {%- set columns = [] -%}
    {%- for each in storage.get('Columns', []) + table.get('PartitionKeys', []) -%}
        {%- do columns.append((each.Name, each.Type)) -%}
    {%- endfor -%}
    {%- do return(
        table.get('TableType') == 'EXTERNAL_TABLE'
        and not table.get('Parameters', {}).keys() | reject('in', ['EXTERNAL', 'transient_lastDdlTime']) | list
        and columns == [(column, 'string')] + ([(partition, 'string')] if partition else [])
        and table.get('PartitionKeys', []) | length == (1 if partition else 0)
        and storage.get('Location') in [location, location ~ '/']
        and storage.get('InputFormat') == 'org.apache.hadoop.mapred.TextInputFormat'
        and storage.get('OutputFormat') == 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
        and serde.get('SerializationLibrary') == 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe'
        and serde.get('Parameters') == {'field.delim': '\n', 'serialization.format': '\n'}
        and not storage.get('Parameters')
        and not storage.get('BucketColumns')
    ) -%}
{% endmacro %}
