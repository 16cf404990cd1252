{#
    The files of a feed that a build reads, out of all below its folder.

    A file counts directly in the folder (flat) or in one folder ingest_date=YYYY-MM-DD (by
    arrival), never both. Names that begin with _ or . are skipped, folders too. A file is gzip if its
    name ends in .gz, else plain text; a name that an engine may read as another compression is refused.

    Args:
        files: paths relative to the landing root.
    Returns: the paths that are read, sorted.
    Raises: a compile error that names the first file in a wrong place, or with such a name.
#}
{% macro landing_files(feed, files) %}
    {%- set flat = [] -%}
    {%- set by_arrival = [] -%}
    {%- for file in files | sort -%}
        {%- set steps = file[feed.external.location | length + 1:].split('/') -%}
        {%- if modules.re.search('(^|/)([_.]|\\Z)', steps | join('/')) -%}
            {#- a hidden file or folder, or a folder of S3: skipped, as Athena does -#}
        {%- elif modules.re.search(other_compressions(), file) -%}
            {%- do exceptions.raise_compiler_error(
                "Landing file " ~ file ~ " has the name of a compression that not every engine reads: unpack it, or "
                "pack it with gzip and name it .gz (in lower case). If it is plain text, rename it."
            ) -%}
        {%- elif steps | length == 1 -%}
            {%- do flat.append(file) -%}
        {%- elif steps | length == 2 and is_ingest_date_folder(steps[0]) -%}
            {%- do by_arrival.append(file) -%}
        {%- else -%}
            {%- do exceptions.raise_compiler_error(
                "Landing file " ~ file ~ " is in the wrong place: move it to "
                ~ feed.external.location ~ "/ or to " ~ feed.external.location
                ~ "/ingest_date=YYYY-MM-DD/ (a calendar date)."
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if flat and by_arrival -%}
        {%- do exceptions.raise_compiler_error(
            "Landing folder " ~ feed.external.location ~ " has a mixed layout: " ~ flat[0]
            ~ " is flat, " ~ by_arrival[0] ~ " by arrival. Use one of the two layouts."
        ) -%}
    {%- endif -%}
    {%- do return(flat + by_arrival) -%}
{% endmacro %}
