{#
    Makes the reader and the typed view of every feed declared in _landing__sources.yml.

    Runs before every command (on-run-start), before seed only for its check of locations; by hand:
    dbt run-operation stage_external_sources.
    Views are always replaced, so another STEDI_LANDING or another column shows at once.

    Args:
        dry_run: true prints the DDL and changes nothing; Athena is not even asked for its days.
    Raises: a compile error that names the table, file or folder and the remedy, before any view changes.
#}
{% macro stage_external_sources(dry_run=false) %}
    {%- set root = landing_root(dry_run) if execute and flags.WHICH != 'seed' -%}
    {%- if execute and not dry_run -%}
        {%- do check_table_locations() -%}
    {%- endif -%}
    {%- if root -%}
        {%- set feeds = landing_feeds() -%}
        {%- set readers = [] -%}
        {%- for feed in feeds -%}
            {%- do readers.extend(landing_reader_ddl(root, feed, dry_run)) -%}
        {%- endfor -%}
        {%- do run_or_print(readers | unique, dry_run) -%}
        {%- set listed = [] -%}
        {%- for feed in feeds if list_landing(root, feed, dry_run).exists is not none -%}
            {%- do listed.append(feed) -%}
        {%- endfor -%}
        {%- do check_landing_is_there(root, listed) -%}
        {%- set views = [] -%}
        {%- for feed in feeds -%}
            {%- do views.append(landing_view_ddl(root, feed, landing_whole(root, feed, dry_run))) -%}
        {%- endfor -%}
        {%- do run_or_print(views, dry_run) -%}
        {#- Asked here, as staging's models would ask at one time. -#}
        {%- do landing_is_generated() if not dry_run -%}
    {%- endif -%}
{% endmacro %}
