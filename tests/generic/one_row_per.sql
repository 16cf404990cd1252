{#
    Fails on every key that occurs in more than one row, or in a row with a hole or an unknown value.

    One query answers all of it, because Athena bills each query as 10 MB at least.

    Args:
        key: the columns of the key.
        never_null: the columns that are never NULL; by default those of the key.
        values: column -> the texts that it may hold, besides NULL.
    Failing rows: the key, how many rows have it, and in how many of them each column is NULL or unknown.
#}
{% test one_row_per(model, key, never_null=none, values={}) %}
{%- set faults = {} -%}
{%- for column in never_null or key -%}
    {%- do faults.update({column ~ '_nulls': '"' ~ column ~ '" is null'}) -%}
{%- endfor -%}
{%- for column, known in values.items() -%}
    {%- do faults.update({column ~ '_unknown': '"' ~ column ~ "\" not in ('" ~ known | join("', '") ~ "')"}) -%}
{%- endfor %}
select
    {{ key | map('tojson') | join(',\n    ') }},
    {% for name, fault in faults.items() %}
    count_if({{ fault }}) as "{{ name }}",
    {% endfor %}
    count(*) as row_count
from {{ model }}
group by {{ key | map('tojson') | join(', ') }}
having
    count(*) > 1
    or count_if({{ faults.values() | join(' or ') }}) > 0
{% endtest %}
