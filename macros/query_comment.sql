{#
    The comment before each statement: dbt's own, and which command of dbt has sent it, by which
    scripts/build_cost.py finds a build's queries in Athena's history.

    Args:
        node: the model, test or seed; none of a statement that belongs to none.
    Returns: JSON.
#}
{% macro query_comment(node) %}
    {%- set comment = {
        'app': 'dbt',
        'dbt_version': dbt_version,
        'profile_name': target.profile_name,
        'target_name': target.target_name,
        'invocation_id': invocation_id,
    } -%}
    {%- if node is not none -%}
        {%- do comment.update(node_id=node.unique_id) -%}
    {%- endif -%}
    {{ return(tojson(comment)) }}
{% endmacro %}
