{#
    Lets the engine use as many cores as STEDI_THREADS says; if it is not set, all of the machine's.

    Runs before every command that builds: a profile can neither count cores nor leave a setting out. A
    `threads` among the settings of profiles.yml wins.
    Raises: a compile error if STEDI_THREADS is not a number from 2 on.
#}
{% macro use_cores() %}
    {%- if execute -%}
        {%- do adapter.dispatch('use_cores', 'stedi')() -%}
    {%- endif -%}
{% endmacro %}

{% macro default__use_cores() %}
    {{ unsupported_adapter('use_cores') }}
{% endmacro %}

{#- Never one: alone, DuckDB's reader drops a BOM before a file's first line, which is then no rejected one. -#}
{% macro duckdb__use_cores() %}
    {%- set asked = env_var('STEDI_THREADS', '') -%}
    {%- if asked and not modules.re.fullmatch('[2-9]|[1-9][0-9]{1,3}', asked) -%}
        {%- do exceptions.raise_compiler_error(
            "STEDI_THREADS is " ~ asked ~ ": set it to the number of cores that DuckDB may use, 2 or more, or unset it."
        ) -%}
    {%- endif -%}
    {%- set cores = asked or run_query("select greatest(2, current_setting('threads'))").rows[0][0] -%}
    {%- do run_query("set threads = " ~ cores) -%}
{% endmacro %}

{#- Athena has no cores to choose. -#}
{% macro athena__use_cores() %}{% endmacro %}
