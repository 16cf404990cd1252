{#
    A table that only grows: a build appends what landing_load finds new, in one statement. Killed
    before it, nothing is there; after it, the files are no longer new. If the table cannot be trusted,
    or with --full-refresh, it is made anew, as the adapter makes a table.

    For staging models, which read one landing source through arrivals().
#}
{% materialization ledger, default %}
    {%- set load = landing_load(model, this) -%}
    {%- set made = {'relations': [this.incorporate(type='table')]} -%}
    {#- A build that was killed as it loaded anew may have left rows there. -#}
    {%- for suffix in leftover_suffixes() -%}
        {{ drop_relation_if_exists(load_cached_relation(this.incorporate(path={'identifier': this.identifier ~ suffix}))) }}
    {%- endfor -%}
    {%- if load.anew -%}
        {%- do forget_landing(this) -%}
        {%- set made = make_table() -%}
    {%- else -%}
        {{ run_hooks(pre_hooks) }}
        {%- if load.chosen -%}
            {%- call statement('main', fetch_result=true) -%}
                {{ append_arrivals(this, compiled_code, landing_root(), landing_settings(model)) }}
            {%- endcall -%}
        {%- else -%}
            {%- do store_raw_result(name='main', message='NOTHING NEW', code='OK', rows_affected='0') -%}
        {%- endif -%}
        {{ run_hooks(post_hooks) }}
        {#- On Athena others, as OPTIMIZE, may have left the table without its descriptions. -#}
        {%- do persist_docs(this.incorporate(type='table'), model) -%}
        {%- do adapter.commit() -%}
    {%- endif -%}
    {%- do load.update({'done': true, 'lines': none}) -%}
    {%- if load.anew or load.chosen -%}
        {%- do load.update(loaded_amount(landing_root(), landing_feed_of(model), this, load, load_result('main'))) -%}
        {%- if load.anew and load.lines == 0 and list_landing(landing_root(), landing_feed_of(model)).exists is none -%}
            {%- do check_landing_is_there(landing_root(), [landing_feed_of(model)]) -%}
        {%- endif -%}
    {%- endif -%}
    {{ return(made) }}
{% endmaterialization %}
