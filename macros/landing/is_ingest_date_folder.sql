{#
    True for ingest_date=YYYY-MM-DD with a date that the calendar has.
#}
{% macro is_ingest_date_folder(name) %}
    {%- set parts = modules.re.fullmatch('ingest_date=([0-9]{4})-(0[1-9]|1[0-2])-([0-9]{2})', name) -%}
    {%- if not parts or parts[1] == '0000' -%}
        {%- do return(false) -%}
    {%- endif -%}
    {%- set month_start = modules.datetime.date(parts[1] | int, parts[2] | int, 1) -%}
    {%- set same_month = month_start + modules.datetime.timedelta(days=parts[3] | int - 1) -%}
    {%- do return(parts[3] != '00' and same_month.month == month_start.month) -%}
{% endmacro %}
