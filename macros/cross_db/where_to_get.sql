{#
    What to do on this engine when something that a build needs is not there yet: text for an error.

    Args:
        missing: `landing` or `pepper`.
        root: where it was looked for, or none.
#}
{% macro where_to_get(missing, root) %}
    {%- do return(adapter.dispatch('where_to_get', 'stedi')(missing, root)) -%}
{% endmacro %}

{% macro default__where_to_get(missing, root) %}
    {{ unsupported_adapter('where_to_get') }}
{% endmacro %}

{% macro duckdb__where_to_get(missing, root) %}
    {%- do return({
        'landing': "Set STEDI_LANDING to the folder above them; or unset it and run `make build`, "
            ~ "which generates landing data.",
        'pepper': "scripts/make_pepper.py makes one in a folder.",
    }[missing]) -%}
{% endmacro %}

{% macro athena__where_to_get(missing, root) %}
    {%- do return({
        'landing': "Set STEDI_LANDING to the prefix above them, or upload a landing root, as the administrator: "
            ~ ".venv/bin/python scripts/upload_landing.py FOLDER " ~ root ~ "/ --ingest-date YYYY-MM-DD",
        'pepper': "The runbook has the commands for S3; --selector without_research builds the rest without one.",
    }[missing]) -%}
{% endmacro %}
