{#
    What an engine can tell of a feed's folder without reading its files. Asked once a command.

    Args:
        dry_run: true asks Athena nothing.
    Returns: {exists: is there such a folder; files: path relative to the landing root -> bytes, of all
    files; days: the ingest_date of each folder by arrival}. What the engine cannot tell is none.
    Raises: a compile error that names a file in a wrong place, as far as the engine can see it.
#}
{% macro list_landing(root, feed, dry_run=false) %}
    {%- set listings = graph.setdefault('landing_listings_' ~ invocation_id, {}) -%}
    {%- if feed.name not in listings -%}
        {%- do listings.update({feed.name: adapter.dispatch('list_landing', 'stedi')(root, feed, dry_run)}) -%}
    {%- endif -%}
    {%- do return(listings[feed.name]) -%}
{% endmacro %}

{% macro default__list_landing(root, feed, dry_run) %}
    {{ unsupported_adapter('list_landing') }}
{% endmacro %}

{#-
    A glob lists a folder itself only if a wildcard is in its name: hence landin[g]. ** does not
    follow links, * does. A copy of a bucket may hold S3's folder markers as empty files.
-#}
{% macro duckdb__list_landing(root, feed, dry_run) %}
    {%- set folder = duckdb_literal_glob(root ~ '/' ~ feed.external.location) -%}
    {%- set wildcard = folder[:-1] ~ '[' ~ folder[-1] ~ ']' -%}
    {%- set found = run_query(
        "select distinct file from glob(['" ~ folder ~ "/*', '" ~ folder ~ "/*/*', '"
        ~ folder ~ "/*/*/*', '" ~ folder ~ "/**'])"
    ) -%}
    {%- set files = {} -%}
    {%- for path, bytes in duckdb_file_sizes(found.columns[0].values() | list).items()
        if bytes or not path.endswith('_$folder$') -%}
        {%- do files.update({path[root | length + 1:]: bytes}) -%}
    {%- endfor -%}
    {%- do return({
        'exists': run_query("select 1 from glob('" ~ wildcard ~ "/')").rows | length > 0,
        'files': files,
        'days': none,
    }) -%}
{% endmacro %}

{#-
    Athena lists folders by arrival as partitions; files only by reading them. MSCK adds the folders that
    are new, and names those that are gone, whose partitions it keeps; run_query would lose what it says,
    as that has no column. Beside the folders nothing may lie: a table over all of landing, cut down
    to the paths before and behind them, reads only what should not be there.
-#}
{% macro athena__list_landing(root, feed, dry_run) %}
    {%- if dry_run -%}
        {%- do return({'exists': none, 'files': none, 'days': []}) -%}
    {%- endif -%}
    {%- set by_arrival = landing_reader(feed, ['any']) -%}
    {%- set gone = [] -%}
    {%- for line in adapter.add_query('msck repair table ' ~ by_arrival.render_hive())[1].fetchall() | map('join', '\t')
        if modules.re.match('(Partitions missing from|Tables missing on) filesystem:', line) -%}
        {%- for partition in line.split('\t')[1:] -%}  {#- <table>:<partition>, or <table>: nothing is there -#}
            {%- do gone.append(partition.partition(':')[2]) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set days = [] -%}
    {%- for partition in run_query('show partitions ' ~ by_arrival.render_hive()).columns[0].values()
        if partition not in gone and '' not in gone -%}
        {%- do days.append(partition[12:] if is_ingest_date_folder(partition) else '') -%}
    {%- endfor -%}
    {%- if not days -%}
        {%- do return({'exists': none, 'files': none, 'days': []}) -%}
    {%- endif -%}
    {%- set location = root ~ '/' ~ feed.external.location -%}
    {%- set beside = run_query(
        "select min(\"$path\") from " ~ landing_reader(feed, []) ~ " where (\"$path\" < '" ~ location ~ "/ingest_date=' "
        "or \"$path\" >= '" ~ location ~ "/ingest_date>') and not regexp_like(substr(\"$path\", "
        ~ (location | length + 1) ~ "), '/[_.]')"
    ).rows[0][0] -%}
    {%- if beside or '' in days -%}
        {%- set suspects = [beside] -%}
        {%- for condition in (['true'] if beside else ["ingest_date not in ('" ~ days | join("', '") ~ "')"]) -%}
            {%- do suspects.append(run_query(
                "select min(\"$path\") from " ~ by_arrival ~ " where " ~ condition
                ~ " and not regexp_like(substr(\"$path\", " ~ (location | length + 1) ~ "), '/[_.]')"
            ).rows[0][0]) -%}
        {%- endfor -%}
        {%- set files = [] -%}
        {%- for path in suspects | select -%}
            {%- do files.append(path[root | length + 1:]) -%}
        {%- endfor -%}
        {%- do landing_files(feed, files | unique) -%}
        {%- if beside -%}  {#- so the folders are empty -#}
            {%- do return({'exists': none, 'files': none, 'days': []}) -%}
        {%- endif -%}
    {%- endif -%}
    {%- do return({'exists': none, 'files': none, 'days': days | select | sort}) -%}
{% endmacro %}
