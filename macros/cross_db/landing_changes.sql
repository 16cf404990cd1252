{#
    How a feed's files in landing differ from those that its staging table has loaded.

    Returns: what landing_load returns; `anew` names the first file that is gone or has another size.
    Raises: a compile error that names a file in a wrong place.
#}
{% macro landing_changes(root, feed, relation) %}
    {%- do return(adapter.dispatch('landing_changes', 'stedi')(root, feed, relation)) -%}
{% endmacro %}

{% macro default__landing_changes(root, feed, relation) %}
    {{ unsupported_adapter('landing_changes') }}
{% endmacro %}

{#- A file without a byte holds no line: it would be new for ever. -#}
{% macro duckdb__landing_changes(root, feed, relation) %}
    {%- set sizes = list_landing(root, feed).files -%}
    {%- set new = {} -%}
    {%- for file in landing_files(feed, sizes) if sizes[file] -%}
        {%- do new.update({file: sizes[file]}) -%}
    {%- endfor -%}
    {%- set ledger = run_query(
        "select source_file, max(source_file_bytes) from " ~ relation ~ " group by source_file order by source_file"
    ) -%}
    {%- set changed = [] -%}
    {%- for file, bytes in ledger.rows -%}
        {%- set size = new.pop(file, none) -%}
        {%- if size != bytes -%}
            {%- do changed.append(file ~ (' has another size' if file in sizes else ' is gone')) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do return({'anew': changed | first, 'chosen': new}) -%}
{% endmacro %}

{#-
    By arrival only those days are compared file by file that may have grown since they were loaded: the
    newest that staging has. A flat landing is compared, and so read, whole. A statement has at most
    262,144 bytes: where the names of new files would not fit, their days, or all of landing, are
    read, and append_arrivals leaves out what is loaded.
-#}
{% macro athena__landing_changes(root, feed, relation) %}
    {%- set days = list_landing(root, feed).days -%}
    {%- set reader = landing_reader(feed, days) -%}
    {%- set loaded = [] -%}
    {%- if days -%}
        {%- set loaded = run_query(
            "select distinct coalesce(cast(ingest_date as varchar), 'flat') from " ~ relation
        ).columns[0].values() | sort -%}
        {%- for day in loaded if day not in days -%}
            {%- do return({'anew': 'its files were flat' if day == 'flat' else 'the files of ' ~ day ~ ' are gone'}) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- set growing = loaded[-var('growing_days'):] -%}
    {%- set parts = [] -%}
    {%- set words = [] -%}
    {%- set new_days = days | reject('in', loaded) | list -%}
    {%- if new_days -%}
        {%- do parts.append(reader ~ " where ingest_date in ('" ~ new_days | join("', '") ~ "')") -%}
        {%- do words.append('{:,} new day{}'.format(new_days | length, '' if new_days | length == 1 else 's')) -%}
    {%- endif -%}
    {%- if days and not loaded -%}
        {%- do return({'anew': 'it was empty'}) -%}
    {%- else -%}
        {%- set differing = run_query(
            "with landed as (select \"$path\" as path, max(\"$file_size\") as bytes from " ~ reader
            ~ (" where ingest_date in ('" ~ growing | join("', '") ~ "')" if days else "") ~ " group by \"$path\"), "
            "loaded as (select '" ~ root ~ "/' || source_file as path, max(source_file_bytes) as bytes from " ~ relation
            ~ (" where ingest_date in (date '" ~ growing | join("', date '") ~ "')" if days else "") ~ " group by source_file) "
            "select coalesce(landed.path, loaded.path) as path, landed.bytes, loaded.bytes as loaded_bytes "
            "from landed full join loaded on landed.path = loaded.path "
            "where landed.bytes is distinct from loaded.bytes "
            "union all select null, null, 0 where not exists (select 1 from loaded) order by path nulls first"
        ) -%}
        {%- set candidates = [] -%}
        {%- for path, bytes, loaded_bytes in differing.rows -%}
            {%- if path is none -%}
                {%- do return({'anew': 'it was empty'}) -%}
            {%- endif -%}
            {%- set file = path[root | length + 1:] -%}
            {%- if loaded_bytes is not none -%}
                {%- do return({'anew': file ~ (' is gone' if bytes is none else ' has another size')}) -%}
            {%- endif -%}
            {%- do candidates.append(file) -%}
        {%- endfor -%}
        {%- set new = landing_files(feed, candidates) -%}
        {%- if new -%}
            {%- set paths -%}
                '{{ root }}/{{ new | map('replace', "'", "''") | join("', '" ~ root ~ "/") }}'
            {%- endset -%}
            {%- set grown = [] -%}
            {%- for day in growing if '/ingest_date=' ~ day ~ '/' in new | join(' ') -%}
                {%- do grown.append(day) -%}
            {%- endfor -%}
            {%- set conditions = [] -%}
            {%- if days -%}
                {%- do conditions.append("ingest_date in ('" ~ grown | join("', '") ~ "')") -%}
            {%- endif -%}
            {%- if paths.encode('utf-8') | length < 200000 -%}
                {%- do conditions.append('"$path" in (' ~ paths ~ ')') -%}
            {%- endif -%}
            {%- do parts.append(reader ~ (' where ' ~ conditions | join(' and ') if conditions else '')) -%}
            {%- do words.append('{:,} new file{}'.format(new | length, '' if new | length == 1 else 's')) -%}
        {%- endif -%}
    {%- endif -%}
    {%- do return({'anew': none, 'chosen': parts, 'what': words | join(' and ')}) -%}
{% endmacro %}
