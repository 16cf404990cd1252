{#
    Why a record is rejected: unreadable_json alone, or every missing_<column> in column order,
    then every invalid_<column>; NULL where nothing is wrong.

    A value is absent if its key is missing or null, or if it is a blank string. Absent and
    required is missing; there, but not of the column's type, is invalid, required or not.
#}
{% macro landing_reject_reasons(columns) -%}
    {%- set suspicions = [] -%}
    {%- set missing = [] -%}
    {%- set invalid = [] -%}
    {%- for column in columns -%}
        {%- set value = adapter.quote(column.name) -%}
        {%- set json = column.name ~ '_json' -%}
        {%- set is_absent -%}
            ({{ json }} is null or (starts_with({{ json }}, '"') and {{ is_blank(json_string(json)) }}))
        {%- endset -%}
        {%- if column.meta.required -%}
            {%- do suspicions.append(value ~ ' is null') -%}
            {%- do missing.append((value ~ ' is null and ' ~ is_absent, 'missing_' ~ column.name)) -%}
        {%- else -%}
            {%- do suspicions.append('(' ~ value ~ ' is null and ' ~ json ~ ' is not null)') -%}
        {%- endif -%}
        {%- do invalid.append((value ~ ' is null and not ' ~ is_absent, 'invalid_' ~ column.name)) -%}
    {%- endfor -%}
    case
        when line is null then 'unreadable_json'
        when {{ suspicions | join(' or ') }}
            then nullif(substr(
                ''
                {%- for condition, reason in missing + invalid %}
                || case when {{ condition }} then ',{{ reason }}' else '' end
                {%- endfor %},
                2
            ), '')
    end
{%- endmacro %}
