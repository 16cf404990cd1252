{#
    What a staging model has to load: the files that its table lacks, or the whole feed anew if what the
    table holds can no longer be trusted. Decided once a command.

    Staging is its own ledger: source_file and source_file_bytes of its rows tell what was loaded, a
    note beside the table from which landing root and with which settings.

    Args:
        model: the staging model's node; it reads one source.
        relation: the table it makes.
    Returns: {anew: why the whole feed is loaded, none if it is not; chosen: the new files, as
    landing_lines takes them}.
    Raises: a compile error that names a landing file in a wrong place.
#}
{% macro landing_load(model, relation) %}
    {%- set loads = graph.setdefault('landing_loads_' ~ invocation_id, {}) -%}
    {%- if model.unique_id not in loads -%}
        {%- set feed = landing_feed_of(model) -%}
        {%- set root = landing_root() -%}
        {%- set table = load_relation(relation) -%}
        {%- set is_asked = should_full_refresh() or flags.EMPTY -%}
        {%- set note = landing_note(relation) if table and not is_asked else none -%}
        {%- if not table or not table.is_table -%}
            {%- set anew = 'there was no table' -%}
        {%- elif is_asked -%}
            {%- set anew = 'as asked for' -%}
        {%- elif not note -%}
            {%- set anew = 'its last load was of an earlier version or did not end' -%}
        {%- elif note.root != absolute_root(root) -%}
            {%- set anew = 'the landing root was another one' -%}
        {%- elif note.settings != landing_settings(model) or adapter.get_columns_in_relation(relation)
            | map(attribute='name') | sort != model.columns | sort -%}
            {%- set anew = 'columns or settings have changed' -%}
        {%- endif -%}
        {%- set load = {'anew': anew} if anew else landing_changes(root, feed, relation) -%}
        {#- Athena has not looked yet. To look costs reading; where nothing would be lost, a load does it. -#}
        {%- if load.anew and table and list_landing(root, feed).exists is none -%}
            {%- do check_landing_is_there(root, [feed]) -%}
        {%- endif -%}
        {%- do loads.update({model.unique_id: load}) -%}
    {%- endif -%}
    {%- do return(loads[model.unique_id]) -%}
{% endmacro %}
