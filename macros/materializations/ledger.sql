{#
    A table that only grows: a build appends what landing_load finds new, in one statement. Killed
    before it, nothing is there; after it, the files are no longer new. If the table cannot be trusted,
    or with --full-refresh, it is made anew, as the adapter makes a table.

    For staging models, which read one landing source through arrivals().
#}
{% materialization ledger, default %}
    {%- set load = landing_load(model, this) -%}
    {%- if load.anew -%}
        {%- do forget_landing(this) -%}
        {%- set made = adapter.dispatch('make_table', 'stedi')() -%}
        {%- if load_result('main').response.rows_affected == 0 -%}
            {%- do check_landing_is_there(landing_root(), [landing_feed_of(model)]) -%}
        {%- endif -%}
    {%- else -%}
        {%- set made = {'relations': [this.incorporate(type='table')]} -%}
        {{ run_hooks(pre_hooks, inside_transaction=False) }}
        {{ run_hooks(pre_hooks, inside_transaction=True) }}
        {%- if load.chosen -%}
            {%- call statement('main') -%}
                {{ append_arrivals(this, compiled_code) }}
            {%- endcall -%}
        {%- else -%}
            {%- do store_raw_result(name='main', message='NOTHING NEW', code='OK', rows_affected='0') -%}
        {%- endif -%}
        {{ run_hooks(post_hooks, inside_transaction=True) }}
        {%- do adapter.commit() -%}
        {{ run_hooks(post_hooks, inside_transaction=False) }}
    {%- endif -%}
    {{ return(made) }}
{% endmaterialization %}

{% macro default__make_table() %}
    {{ unsupported_adapter('make_table') }}
{% endmacro %}

{% macro duckdb__make_table() %}
    {%- do return(materialization_table_duckdb()) -%}
{% endmacro %}

{% macro athena__make_table() %}
    {%- do return(materialization_table_athena()) -%}
{% endmacro %}
