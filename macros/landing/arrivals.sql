{#
    The lines of a landing source that staging has yet to load: those of new files, or all of them if
    the feed is loaded anew. Commands other than run and build see all of them, and so does a model that is
    not materialized as a ledger.

    Args:
        landing: the source, as source() gives it.
    Returns: SQL to stand behind `from`.
    Raises: a compile error for a materialization that would append all lines again.
#}
{% macro arrivals(landing) -%}
    {%- set loads = execute and flags.WHICH in ['run', 'build'] and model.config.materialized == 'ledger' -%}
    {%- if execute and model.config.materialized == 'incremental' -%}
        {%- do exceptions.raise_compiler_error("staging appends by itself: materialize it as ledger, or as table") -%}
    {%- endif -%}
    {%- set load = landing_load(model, this) if loads else {'anew': 'unknown'} -%}
    {%- if load.anew -%}
        {{ landing }}
    {%- else -%}
        (
        {{ landing_view(landing_root(), landing_feed_of(model), load.chosen) }}
        )
    {%- endif -%}
{%- endmacro %}
