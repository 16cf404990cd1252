{#
    Says in one line what this command has loaded from landing (files or days, lines, bytes), and why
    a feed was loaded anew. Bytes are those of the files, on Athena those that the load scanned.
#}
{% macro report_loads() %}
    {%- set parts = [] -%}
    {%- for id, load in graph.get('landing_loads_' ~ invocation_id, {}) | dictsort if load.done -%}
        {%- do parts.append(
            graph.nodes[id].name ~ ' '
            ~ (load.what ~ (' anew (' ~ load.anew ~ ')' if load.anew else '')
                ~ ', {:,} lines, {:,} bytes'.format(load.lines, load.bytes) if load.lines is not none else 'nothing new')
        ) -%}
    {%- endfor -%}
    {%- if parts -%}
        {%- do log('Loaded from landing: ' ~ parts | join('; ') ~ '.', info=true) -%}
    {%- endif -%}
{% endmacro %}
