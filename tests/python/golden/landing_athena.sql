create schema if not exists `stedi_landing`;

create external table if not exists `stedi_landing`.`accelerometer_landing_lines` (`line` string)
location 's3://example-bucket/landing/accelerometer/landing/';

create external table if not exists `stedi_landing`.`customer_landing_lines` (`line` string)
location 's3://example-bucket/landing/customer/landing/';

create external table if not exists `stedi_landing`.`step_trainer_landing_lines` (`line` string)
location 's3://example-bucket/landing/step_trainer/landing/';

create or replace view "awsdatacatalog"."stedi_landing"."accelerometer_landing" as
with

landing_lines as (
    select
        line,
        source_file
    from (
        select
            case
                when from_utf8(to_utf8(line)) <> line or (
                    (strpos(line, '{', 500) > 0 or strpos(line, '[', 500) > 0)
                    and reduce(
                        regexp_extract_all(
                            regexp_replace(replace(replace(line, '\\'), '\"'), '"[^"]*"'), '[\[\]{}]'
                        ),
                        cast(row(0, 0) as row(level bigint, deepest bigint)),
                        (state, bracket) -> cast(
                            row(
                                state.level + if(bracket in ('[', '{'), 1, -1),
                                greatest(state.deepest, state.level)
                            ) as row(level bigint, deepest bigint)
                        ),
                        state -> state.deepest > 1000
                    )
                ) then null
                when line like '{%}' then line
                else reverse(regexp_replace(reverse(regexp_replace(line, '^[ \t\n\x0b\f\r]+')), '^[ \t\n\x0b\f\r]+'))
            end as line,
            substr("$path", 29) as source_file
        from "awsdatacatalog"."stedi_landing"."accelerometer_landing_lines"
    )
    where
        (line is null or line <> '')
        and not regexp_like(substr(source_file, 22), '/[_.]')
),

records as (
    select
        line,
        source_file,
        cast(nullif(regexp_extract(source_file, 'ingest_date=([0-9-]{10})/', 1), '') as date) as ingest_date,
        coalesce(
            try(cast(json_parse(if(
                strpos(line, '-0') > 0 and regexp_like(line, '(:[ \t\r]*)-0([ \t\r]*[,}])'),
                regexp_replace(
                    line,
                    '("(?:[^"\\]|\\.)*")|(:[ \t\r]*)-0([ \t\r]*[,}])',
                    part -> coalesce(part[1], part[2] || '"-0"' || part[3])
                ),
                line
            )) as map(varchar, json))),
            try(cast(json_parse(json_format(json_parse(if(
                strpos(line, '-0') > 0 and regexp_like(line, '(:[ \t\r]*)-0([ \t\r]*[,}])'),
                regexp_replace(
                    line,
                    '("(?:[^"\\]|\\.)*")|(:[ \t\r]*)-0([ \t\r]*[,}])',
                    part -> coalesce(part[1], part[2] || '"-0"' || part[3])
                ),
                line
            )))) as map(varchar, json)))
        ) as record
    from landing_lines
),

members as (
    select
        nullif(json_format(element_at(record, 'user')), 'null') as user_json,
        nullif(json_format(element_at(record, 'timestamp')), 'null') as timestamp_json,
        nullif(json_format(element_at(record, 'x')), 'null') as x_json,
        nullif(json_format(element_at(record, 'y')), 'null') as y_json,
        nullif(json_format(element_at(record, 'z')), 'null') as z_json,
        line,
        source_file,
        ingest_date
    from records
),

judged as (
    select
        *,
        case
            when length(to_utf8(line)) > 16777216 then false
            when
                user_json is null and
                timestamp_json is null and
                x_json is null and
                y_json is null and
                z_json is null and
                (not starts_with(line, '{') or try(json_parse(line)) is null)
                then false
            when
                strpos(line, '\') = 0
                and strpos(line, '"user"', 2) = 0
                and strpos(line, '"timestamp"', 2) = 0
                and strpos(line, '"x"', 2) = 0
                and strpos(line, '"y"', 2) = 0
                and strpos(line, '"z"', 2) = 0
                then true
            else
                not regexp_like(
                    regexp_replace(line, '\\[^u]|\\u[dD][89abAB]..\\u[dD][c-fC-F]', ' '),
                    '\\u[dD][89a-fA-F]'
                )
                and reduce(
                    split(replace(replace(line, '\\', '\u005c'), '\"', '\u0022'), '"'),
                    cast(row(0, null, true, array[]) as row(level bigint, text varchar, is_outside boolean, found array(varchar))),
                    (state, piece) -> cast(
                        row(
                            if(
                                state.is_outside,
                                state.level
                                + length(replace(replace(piece, '}'), ']'))
                                - length(replace(replace(piece, '{'), '[')),
                                state.level
                            ),
                            if(not state.is_outside, piece),
                            not state.is_outside,
                            if(
                                state.is_outside
                                and state.level = 1
                                and regexp_like(piece, '^[ \t\r]*:')
                                and contains(array['user', 'timestamp', 'x', 'y', 'z'], json_extract_scalar('"' || state.text || '"', '$'))
                                and cardinality(state.found) <= 5,
                                state.found || json_extract_scalar('"' || state.text || '"', '$'),
                                state.found
                            )
                        ) as row(level bigint, text varchar, is_outside boolean, found array(varchar))
                    ),
                    state -> cardinality(state.found) = cardinality(array_distinct(state.found))
                )
        end as is_readable
    from members
),

readable as (
    select
        case when is_readable then user_json end as user_json,
        case when is_readable then timestamp_json end as timestamp_json,
        case when is_readable then x_json end as x_json,
        case when is_readable then y_json end as y_json,
        case when is_readable then z_json end as z_json,
        case when is_readable then line end as line,
        source_file,
        ingest_date
    from judged
),

scalars as (
    select
        user_json,
        case
            when starts_with(user_json, '"') then json_extract_scalar(user_json, '$')
            when not starts_with(user_json, '{') and not starts_with(user_json, '[') then user_json
        end as user_raw,
        timestamp_json,
        coalesce(
            try_cast(timestamp_json as double),
            case
                when regexp_like(timestamp_json, '^"-?[0-9]+(\.[0-9]+)?"\z')
                    then try_cast(substr(timestamp_json, 2, length(timestamp_json) - 2) as double)
            end
        ) as timestamp_raw,
        x_json,
        coalesce(
            try_cast(x_json as double),
            case
                when regexp_like(x_json, '^"-?[0-9]+(\.[0-9]+)?"\z')
                    then try_cast(substr(x_json, 2, length(x_json) - 2) as double)
            end
        ) as x_raw,
        y_json,
        coalesce(
            try_cast(y_json as double),
            case
                when regexp_like(y_json, '^"-?[0-9]+(\.[0-9]+)?"\z')
                    then try_cast(substr(y_json, 2, length(y_json) - 2) as double)
            end
        ) as y_raw,
        z_json,
        coalesce(
            try_cast(z_json as double),
            case
                when regexp_like(z_json, '^"-?[0-9]+(\.[0-9]+)?"\z')
                    then try_cast(substr(z_json, 2, length(z_json) - 2) as double)
            end
        ) as z_raw,
        line,
        source_file,
        ingest_date
    from readable
),

typed as (
    select
        user_json,
        case when not case when user_raw < '!' then regexp_like(user_raw, '^[ \t\n\x0b\f\r]*\z') else false end then user_raw end as "user",
        timestamp_json,
        case
            when
                timestamp_raw >= 946684800000 and timestamp_raw < 4102444800000
                and timestamp_raw = floor(timestamp_raw)
                then cast(timestamp_raw as bigint)
        end as "timestamp",
        x_json,
        case when abs(x_raw) <= 1.7976931348623157e308 then x_raw + 0e0 end as "x",
        y_json,
        case when abs(y_raw) <= 1.7976931348623157e308 then y_raw + 0e0 end as "y",
        z_json,
        case when abs(z_raw) <= 1.7976931348623157e308 then z_raw + 0e0 end as "z",
        line,
        source_file,
        ingest_date
    from scalars
)

select
    "user",
    "timestamp",
    "x",
    "y",
    "z",
    case
        when line is null then 'unreadable_json'
        when "user" is null or "timestamp" is null or "x" is null or "y" is null or "z" is null
            then nullif(substr(
                ''
                || case when "user" is null and (user_json is null or (starts_with(user_json, '"') and case when json_extract_scalar(user_json, '$') < '!' then regexp_like(json_extract_scalar(user_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',missing_user' else '' end
                || case when "timestamp" is null and (timestamp_json is null or (starts_with(timestamp_json, '"') and case when json_extract_scalar(timestamp_json, '$') < '!' then regexp_like(json_extract_scalar(timestamp_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',missing_timestamp' else '' end
                || case when "x" is null and (x_json is null or (starts_with(x_json, '"') and case when json_extract_scalar(x_json, '$') < '!' then regexp_like(json_extract_scalar(x_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',missing_x' else '' end
                || case when "y" is null and (y_json is null or (starts_with(y_json, '"') and case when json_extract_scalar(y_json, '$') < '!' then regexp_like(json_extract_scalar(y_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',missing_y' else '' end
                || case when "z" is null and (z_json is null or (starts_with(z_json, '"') and case when json_extract_scalar(z_json, '$') < '!' then regexp_like(json_extract_scalar(z_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',missing_z' else '' end
                || case when "user" is null and not (user_json is null or (starts_with(user_json, '"') and case when json_extract_scalar(user_json, '$') < '!' then regexp_like(json_extract_scalar(user_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',invalid_user' else '' end
                || case when "timestamp" is null and not (timestamp_json is null or (starts_with(timestamp_json, '"') and case when json_extract_scalar(timestamp_json, '$') < '!' then regexp_like(json_extract_scalar(timestamp_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',invalid_timestamp' else '' end
                || case when "x" is null and not (x_json is null or (starts_with(x_json, '"') and case when json_extract_scalar(x_json, '$') < '!' then regexp_like(json_extract_scalar(x_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',invalid_x' else '' end
                || case when "y" is null and not (y_json is null or (starts_with(y_json, '"') and case when json_extract_scalar(y_json, '$') < '!' then regexp_like(json_extract_scalar(y_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',invalid_y' else '' end
                || case when "z" is null and not (z_json is null or (starts_with(z_json, '"') and case when json_extract_scalar(z_json, '$') < '!' then regexp_like(json_extract_scalar(z_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',invalid_z' else '' end,
                2
            ), '')
    end as reject_reasons,
    line,
    source_file,
    ingest_date
from typed;

create or replace view "awsdatacatalog"."stedi_landing"."customer_landing" as
with

landing_lines as (
    select
        line,
        source_file
    from (
        select
            case
                when from_utf8(to_utf8(line)) <> line or (
                    (strpos(line, '{', 500) > 0 or strpos(line, '[', 500) > 0)
                    and reduce(
                        regexp_extract_all(
                            regexp_replace(replace(replace(line, '\\'), '\"'), '"[^"]*"'), '[\[\]{}]'
                        ),
                        cast(row(0, 0) as row(level bigint, deepest bigint)),
                        (state, bracket) -> cast(
                            row(
                                state.level + if(bracket in ('[', '{'), 1, -1),
                                greatest(state.deepest, state.level)
                            ) as row(level bigint, deepest bigint)
                        ),
                        state -> state.deepest > 1000
                    )
                ) then null
                when line like '{%}' then line
                else reverse(regexp_replace(reverse(regexp_replace(line, '^[ \t\n\x0b\f\r]+')), '^[ \t\n\x0b\f\r]+'))
            end as line,
            substr("$path", 29) as source_file
        from "awsdatacatalog"."stedi_landing"."customer_landing_lines"
    )
    where
        (line is null or line <> '')
        and not regexp_like(substr(source_file, 17), '/[_.]')
),

records as (
    select
        line,
        source_file,
        cast(nullif(regexp_extract(source_file, 'ingest_date=([0-9-]{10})/', 1), '') as date) as ingest_date,
        coalesce(
            try(cast(json_parse(if(
                strpos(line, '-0') > 0 and regexp_like(line, '(:[ \t\r]*)-0([ \t\r]*[,}])'),
                regexp_replace(
                    line,
                    '("(?:[^"\\]|\\.)*")|(:[ \t\r]*)-0([ \t\r]*[,}])',
                    part -> coalesce(part[1], part[2] || '"-0"' || part[3])
                ),
                line
            )) as map(varchar, json))),
            try(cast(json_parse(json_format(json_parse(if(
                strpos(line, '-0') > 0 and regexp_like(line, '(:[ \t\r]*)-0([ \t\r]*[,}])'),
                regexp_replace(
                    line,
                    '("(?:[^"\\]|\\.)*")|(:[ \t\r]*)-0([ \t\r]*[,}])',
                    part -> coalesce(part[1], part[2] || '"-0"' || part[3])
                ),
                line
            )))) as map(varchar, json)))
        ) as record
    from landing_lines
),

members as (
    select
        nullif(json_format(element_at(record, 'customerName')), 'null') as customername_json,
        nullif(json_format(element_at(record, 'email')), 'null') as email_json,
        nullif(json_format(element_at(record, 'phone')), 'null') as phone_json,
        nullif(json_format(element_at(record, 'birthDay')), 'null') as birthday_json,
        nullif(json_format(element_at(record, 'serialNumber')), 'null') as serialnumber_json,
        nullif(json_format(element_at(record, 'registrationDate')), 'null') as registrationdate_json,
        nullif(json_format(element_at(record, 'lastUpdateDate')), 'null') as lastupdatedate_json,
        nullif(json_format(element_at(record, 'shareWithResearchAsOfDate')), 'null') as sharewithresearchasofdate_json,
        nullif(json_format(element_at(record, 'shareWithPublicAsOfDate')), 'null') as sharewithpublicasofdate_json,
        nullif(json_format(element_at(record, 'shareWithFriendsAsOfDate')), 'null') as sharewithfriendsasofdate_json,
        line,
        source_file,
        ingest_date
    from records
),

judged as (
    select
        *,
        case
            when length(to_utf8(line)) > 16777216 then false
            when
                customername_json is null and
                email_json is null and
                phone_json is null and
                birthday_json is null and
                serialnumber_json is null and
                registrationdate_json is null and
                lastupdatedate_json is null and
                sharewithresearchasofdate_json is null and
                sharewithpublicasofdate_json is null and
                sharewithfriendsasofdate_json is null and
                (not starts_with(line, '{') or try(json_parse(line)) is null)
                then false
            when
                strpos(line, '\') = 0
                and strpos(line, '"customerName"', 2) = 0
                and strpos(line, '"email"', 2) = 0
                and strpos(line, '"phone"', 2) = 0
                and strpos(line, '"birthDay"', 2) = 0
                and strpos(line, '"serialNumber"', 2) = 0
                and strpos(line, '"registrationDate"', 2) = 0
                and strpos(line, '"lastUpdateDate"', 2) = 0
                and strpos(line, '"shareWithResearchAsOfDate"', 2) = 0
                and strpos(line, '"shareWithPublicAsOfDate"', 2) = 0
                and strpos(line, '"shareWithFriendsAsOfDate"', 2) = 0
                then true
            else
                not regexp_like(
                    regexp_replace(line, '\\[^u]|\\u[dD][89abAB]..\\u[dD][c-fC-F]', ' '),
                    '\\u[dD][89a-fA-F]'
                )
                and reduce(
                    split(replace(replace(line, '\\', '\u005c'), '\"', '\u0022'), '"'),
                    cast(row(0, null, true, array[]) as row(level bigint, text varchar, is_outside boolean, found array(varchar))),
                    (state, piece) -> cast(
                        row(
                            if(
                                state.is_outside,
                                state.level
                                + length(replace(replace(piece, '}'), ']'))
                                - length(replace(replace(piece, '{'), '[')),
                                state.level
                            ),
                            if(not state.is_outside, piece),
                            not state.is_outside,
                            if(
                                state.is_outside
                                and state.level = 1
                                and regexp_like(piece, '^[ \t\r]*:')
                                and contains(array['customerName', 'email', 'phone', 'birthDay', 'serialNumber', 'registrationDate', 'lastUpdateDate', 'shareWithResearchAsOfDate', 'shareWithPublicAsOfDate', 'shareWithFriendsAsOfDate'], json_extract_scalar('"' || state.text || '"', '$'))
                                and cardinality(state.found) <= 10,
                                state.found || json_extract_scalar('"' || state.text || '"', '$'),
                                state.found
                            )
                        ) as row(level bigint, text varchar, is_outside boolean, found array(varchar))
                    ),
                    state -> cardinality(state.found) = cardinality(array_distinct(state.found))
                )
        end as is_readable
    from members
),

readable as (
    select
        case when is_readable then customername_json end as customername_json,
        case when is_readable then email_json end as email_json,
        case when is_readable then phone_json end as phone_json,
        case when is_readable then birthday_json end as birthday_json,
        case when is_readable then serialnumber_json end as serialnumber_json,
        case when is_readable then registrationdate_json end as registrationdate_json,
        case when is_readable then lastupdatedate_json end as lastupdatedate_json,
        case when is_readable then sharewithresearchasofdate_json end as sharewithresearchasofdate_json,
        case when is_readable then sharewithpublicasofdate_json end as sharewithpublicasofdate_json,
        case when is_readable then sharewithfriendsasofdate_json end as sharewithfriendsasofdate_json,
        case when is_readable then line end as line,
        source_file,
        ingest_date
    from judged
),

scalars as (
    select
        customername_json,
        case
            when starts_with(customername_json, '"') then json_extract_scalar(customername_json, '$')
            when not starts_with(customername_json, '{') and not starts_with(customername_json, '[') then customername_json
        end as customername_raw,
        email_json,
        case
            when starts_with(email_json, '"') then json_extract_scalar(email_json, '$')
            when not starts_with(email_json, '{') and not starts_with(email_json, '[') then email_json
        end as email_raw,
        phone_json,
        case
            when starts_with(phone_json, '"') then json_extract_scalar(phone_json, '$')
            when not starts_with(phone_json, '{') and not starts_with(phone_json, '[') then phone_json
        end as phone_raw,
        birthday_json,
        case
            when starts_with(birthday_json, '"') then json_extract_scalar(birthday_json, '$')
            when not starts_with(birthday_json, '{') and not starts_with(birthday_json, '[') then birthday_json
        end as birthday_raw,
        serialnumber_json,
        case
            when starts_with(serialnumber_json, '"') then json_extract_scalar(serialnumber_json, '$')
            when not starts_with(serialnumber_json, '{') and not starts_with(serialnumber_json, '[') then serialnumber_json
        end as serialnumber_raw,
        registrationdate_json,
        coalesce(
            try_cast(registrationdate_json as double),
            case
                when regexp_like(registrationdate_json, '^"-?[0-9]+(\.[0-9]+)?"\z')
                    then try_cast(substr(registrationdate_json, 2, length(registrationdate_json) - 2) as double)
            end
        ) as registrationdate_raw,
        lastupdatedate_json,
        coalesce(
            try_cast(lastupdatedate_json as double),
            case
                when regexp_like(lastupdatedate_json, '^"-?[0-9]+(\.[0-9]+)?"\z')
                    then try_cast(substr(lastupdatedate_json, 2, length(lastupdatedate_json) - 2) as double)
            end
        ) as lastupdatedate_raw,
        sharewithresearchasofdate_json,
        coalesce(
            try_cast(sharewithresearchasofdate_json as double),
            case
                when regexp_like(sharewithresearchasofdate_json, '^"-?[0-9]+(\.[0-9]+)?"\z')
                    then try_cast(substr(sharewithresearchasofdate_json, 2, length(sharewithresearchasofdate_json) - 2) as double)
            end
        ) as sharewithresearchasofdate_raw,
        sharewithpublicasofdate_json,
        coalesce(
            try_cast(sharewithpublicasofdate_json as double),
            case
                when regexp_like(sharewithpublicasofdate_json, '^"-?[0-9]+(\.[0-9]+)?"\z')
                    then try_cast(substr(sharewithpublicasofdate_json, 2, length(sharewithpublicasofdate_json) - 2) as double)
            end
        ) as sharewithpublicasofdate_raw,
        sharewithfriendsasofdate_json,
        coalesce(
            try_cast(sharewithfriendsasofdate_json as double),
            case
                when regexp_like(sharewithfriendsasofdate_json, '^"-?[0-9]+(\.[0-9]+)?"\z')
                    then try_cast(substr(sharewithfriendsasofdate_json, 2, length(sharewithfriendsasofdate_json) - 2) as double)
            end
        ) as sharewithfriendsasofdate_raw,
        line,
        source_file,
        ingest_date
    from readable
),

typed as (
    select
        customername_json,
        customername_raw as "customername",
        email_json,
        case when not case when email_raw < '!' then regexp_like(email_raw, '^[ \t\n\x0b\f\r]*\z') else false end then email_raw end as "email",
        phone_json,
        phone_raw as "phone",
        birthday_json,
        birthday_raw as "birthday",
        serialnumber_json,
        case when not case when serialnumber_raw < '!' then regexp_like(serialnumber_raw, '^[ \t\n\x0b\f\r]*\z') else false end then serialnumber_raw end as "serialnumber",
        registrationdate_json,
        case
            when
                registrationdate_raw >= 946684800000 and registrationdate_raw < 4102444800000
                and registrationdate_raw = floor(registrationdate_raw)
                then cast(registrationdate_raw as bigint)
        end as "registrationdate",
        lastupdatedate_json,
        case
            when
                lastupdatedate_raw >= 946684800000 and lastupdatedate_raw < 4102444800000
                and lastupdatedate_raw = floor(lastupdatedate_raw)
                then cast(lastupdatedate_raw as bigint)
        end as "lastupdatedate",
        sharewithresearchasofdate_json,
        case
            when
                (sharewithresearchasofdate_raw between -9007199254740991 and 0 or (sharewithresearchasofdate_raw >= 946684800000 and sharewithresearchasofdate_raw < 4102444800000))
                and sharewithresearchasofdate_raw = floor(sharewithresearchasofdate_raw)
                then cast(sharewithresearchasofdate_raw as bigint)
        end as "sharewithresearchasofdate",
        sharewithpublicasofdate_json,
        case
            when
                (sharewithpublicasofdate_raw between -9007199254740991 and 0 or (sharewithpublicasofdate_raw >= 946684800000 and sharewithpublicasofdate_raw < 4102444800000))
                and sharewithpublicasofdate_raw = floor(sharewithpublicasofdate_raw)
                then cast(sharewithpublicasofdate_raw as bigint)
        end as "sharewithpublicasofdate",
        sharewithfriendsasofdate_json,
        case
            when
                (sharewithfriendsasofdate_raw between -9007199254740991 and 0 or (sharewithfriendsasofdate_raw >= 946684800000 and sharewithfriendsasofdate_raw < 4102444800000))
                and sharewithfriendsasofdate_raw = floor(sharewithfriendsasofdate_raw)
                then cast(sharewithfriendsasofdate_raw as bigint)
        end as "sharewithfriendsasofdate",
        line,
        source_file,
        ingest_date
    from scalars
)

select
    "customername",
    "email",
    "phone",
    "birthday",
    "serialnumber",
    "registrationdate",
    "lastupdatedate",
    "sharewithresearchasofdate",
    "sharewithpublicasofdate",
    "sharewithfriendsasofdate",
    case
        when line is null then 'unreadable_json'
        when ("customername" is null and customername_json is not null) or "email" is null or ("phone" is null and phone_json is not null) or ("birthday" is null and birthday_json is not null) or "serialnumber" is null or "registrationdate" is null or "lastupdatedate" is null or ("sharewithresearchasofdate" is null and sharewithresearchasofdate_json is not null) or ("sharewithpublicasofdate" is null and sharewithpublicasofdate_json is not null) or ("sharewithfriendsasofdate" is null and sharewithfriendsasofdate_json is not null)
            then nullif(substr(
                ''
                || case when "email" is null and (email_json is null or (starts_with(email_json, '"') and case when json_extract_scalar(email_json, '$') < '!' then regexp_like(json_extract_scalar(email_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',missing_email' else '' end
                || case when "serialnumber" is null and (serialnumber_json is null or (starts_with(serialnumber_json, '"') and case when json_extract_scalar(serialnumber_json, '$') < '!' then regexp_like(json_extract_scalar(serialnumber_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',missing_serialnumber' else '' end
                || case when "registrationdate" is null and (registrationdate_json is null or (starts_with(registrationdate_json, '"') and case when json_extract_scalar(registrationdate_json, '$') < '!' then regexp_like(json_extract_scalar(registrationdate_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',missing_registrationdate' else '' end
                || case when "lastupdatedate" is null and (lastupdatedate_json is null or (starts_with(lastupdatedate_json, '"') and case when json_extract_scalar(lastupdatedate_json, '$') < '!' then regexp_like(json_extract_scalar(lastupdatedate_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',missing_lastupdatedate' else '' end
                || case when "customername" is null and not (customername_json is null or (starts_with(customername_json, '"') and case when json_extract_scalar(customername_json, '$') < '!' then regexp_like(json_extract_scalar(customername_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',invalid_customername' else '' end
                || case when "email" is null and not (email_json is null or (starts_with(email_json, '"') and case when json_extract_scalar(email_json, '$') < '!' then regexp_like(json_extract_scalar(email_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',invalid_email' else '' end
                || case when "phone" is null and not (phone_json is null or (starts_with(phone_json, '"') and case when json_extract_scalar(phone_json, '$') < '!' then regexp_like(json_extract_scalar(phone_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',invalid_phone' else '' end
                || case when "birthday" is null and not (birthday_json is null or (starts_with(birthday_json, '"') and case when json_extract_scalar(birthday_json, '$') < '!' then regexp_like(json_extract_scalar(birthday_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',invalid_birthday' else '' end
                || case when "serialnumber" is null and not (serialnumber_json is null or (starts_with(serialnumber_json, '"') and case when json_extract_scalar(serialnumber_json, '$') < '!' then regexp_like(json_extract_scalar(serialnumber_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',invalid_serialnumber' else '' end
                || case when "registrationdate" is null and not (registrationdate_json is null or (starts_with(registrationdate_json, '"') and case when json_extract_scalar(registrationdate_json, '$') < '!' then regexp_like(json_extract_scalar(registrationdate_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',invalid_registrationdate' else '' end
                || case when "lastupdatedate" is null and not (lastupdatedate_json is null or (starts_with(lastupdatedate_json, '"') and case when json_extract_scalar(lastupdatedate_json, '$') < '!' then regexp_like(json_extract_scalar(lastupdatedate_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',invalid_lastupdatedate' else '' end
                || case when "sharewithresearchasofdate" is null and not (sharewithresearchasofdate_json is null or (starts_with(sharewithresearchasofdate_json, '"') and case when json_extract_scalar(sharewithresearchasofdate_json, '$') < '!' then regexp_like(json_extract_scalar(sharewithresearchasofdate_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',invalid_sharewithresearchasofdate' else '' end
                || case when "sharewithpublicasofdate" is null and not (sharewithpublicasofdate_json is null or (starts_with(sharewithpublicasofdate_json, '"') and case when json_extract_scalar(sharewithpublicasofdate_json, '$') < '!' then regexp_like(json_extract_scalar(sharewithpublicasofdate_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',invalid_sharewithpublicasofdate' else '' end
                || case when "sharewithfriendsasofdate" is null and not (sharewithfriendsasofdate_json is null or (starts_with(sharewithfriendsasofdate_json, '"') and case when json_extract_scalar(sharewithfriendsasofdate_json, '$') < '!' then regexp_like(json_extract_scalar(sharewithfriendsasofdate_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',invalid_sharewithfriendsasofdate' else '' end,
                2
            ), '')
    end as reject_reasons,
    line,
    source_file,
    ingest_date
from typed;

create or replace view "awsdatacatalog"."stedi_landing"."step_trainer_landing" as
with

landing_lines as (
    select
        line,
        source_file
    from (
        select
            case
                when from_utf8(to_utf8(line)) <> line or (
                    (strpos(line, '{', 500) > 0 or strpos(line, '[', 500) > 0)
                    and reduce(
                        regexp_extract_all(
                            regexp_replace(replace(replace(line, '\\'), '\"'), '"[^"]*"'), '[\[\]{}]'
                        ),
                        cast(row(0, 0) as row(level bigint, deepest bigint)),
                        (state, bracket) -> cast(
                            row(
                                state.level + if(bracket in ('[', '{'), 1, -1),
                                greatest(state.deepest, state.level)
                            ) as row(level bigint, deepest bigint)
                        ),
                        state -> state.deepest > 1000
                    )
                ) then null
                when line like '{%}' then line
                else reverse(regexp_replace(reverse(regexp_replace(line, '^[ \t\n\x0b\f\r]+')), '^[ \t\n\x0b\f\r]+'))
            end as line,
            substr("$path", 29) as source_file
        from "awsdatacatalog"."stedi_landing"."step_trainer_landing_lines"
    )
    where
        (line is null or line <> '')
        and not regexp_like(substr(source_file, 21), '/[_.]')
),

records as (
    select
        line,
        source_file,
        cast(nullif(regexp_extract(source_file, 'ingest_date=([0-9-]{10})/', 1), '') as date) as ingest_date,
        coalesce(
            try(cast(json_parse(if(
                strpos(line, '-0') > 0 and regexp_like(line, '(:[ \t\r]*)-0([ \t\r]*[,}])'),
                regexp_replace(
                    line,
                    '("(?:[^"\\]|\\.)*")|(:[ \t\r]*)-0([ \t\r]*[,}])',
                    part -> coalesce(part[1], part[2] || '"-0"' || part[3])
                ),
                line
            )) as map(varchar, json))),
            try(cast(json_parse(json_format(json_parse(if(
                strpos(line, '-0') > 0 and regexp_like(line, '(:[ \t\r]*)-0([ \t\r]*[,}])'),
                regexp_replace(
                    line,
                    '("(?:[^"\\]|\\.)*")|(:[ \t\r]*)-0([ \t\r]*[,}])',
                    part -> coalesce(part[1], part[2] || '"-0"' || part[3])
                ),
                line
            )))) as map(varchar, json)))
        ) as record
    from landing_lines
),

members as (
    select
        nullif(json_format(element_at(record, 'sensorReadingTime')), 'null') as sensorreadingtime_json,
        nullif(json_format(element_at(record, 'serialNumber')), 'null') as serialnumber_json,
        nullif(json_format(element_at(record, 'distanceFromObject')), 'null') as distancefromobject_json,
        line,
        source_file,
        ingest_date
    from records
),

judged as (
    select
        *,
        case
            when length(to_utf8(line)) > 16777216 then false
            when
                sensorreadingtime_json is null and
                serialnumber_json is null and
                distancefromobject_json is null and
                (not starts_with(line, '{') or try(json_parse(line)) is null)
                then false
            when
                strpos(line, '\') = 0
                and strpos(line, '"sensorReadingTime"', 2) = 0
                and strpos(line, '"serialNumber"', 2) = 0
                and strpos(line, '"distanceFromObject"', 2) = 0
                then true
            else
                not regexp_like(
                    regexp_replace(line, '\\[^u]|\\u[dD][89abAB]..\\u[dD][c-fC-F]', ' '),
                    '\\u[dD][89a-fA-F]'
                )
                and reduce(
                    split(replace(replace(line, '\\', '\u005c'), '\"', '\u0022'), '"'),
                    cast(row(0, null, true, array[]) as row(level bigint, text varchar, is_outside boolean, found array(varchar))),
                    (state, piece) -> cast(
                        row(
                            if(
                                state.is_outside,
                                state.level
                                + length(replace(replace(piece, '}'), ']'))
                                - length(replace(replace(piece, '{'), '[')),
                                state.level
                            ),
                            if(not state.is_outside, piece),
                            not state.is_outside,
                            if(
                                state.is_outside
                                and state.level = 1
                                and regexp_like(piece, '^[ \t\r]*:')
                                and contains(array['sensorReadingTime', 'serialNumber', 'distanceFromObject'], json_extract_scalar('"' || state.text || '"', '$'))
                                and cardinality(state.found) <= 3,
                                state.found || json_extract_scalar('"' || state.text || '"', '$'),
                                state.found
                            )
                        ) as row(level bigint, text varchar, is_outside boolean, found array(varchar))
                    ),
                    state -> cardinality(state.found) = cardinality(array_distinct(state.found))
                )
        end as is_readable
    from members
),

readable as (
    select
        case when is_readable then sensorreadingtime_json end as sensorreadingtime_json,
        case when is_readable then serialnumber_json end as serialnumber_json,
        case when is_readable then distancefromobject_json end as distancefromobject_json,
        case when is_readable then line end as line,
        source_file,
        ingest_date
    from judged
),

scalars as (
    select
        sensorreadingtime_json,
        coalesce(
            try_cast(sensorreadingtime_json as double),
            case
                when regexp_like(sensorreadingtime_json, '^"-?[0-9]+(\.[0-9]+)?"\z')
                    then try_cast(substr(sensorreadingtime_json, 2, length(sensorreadingtime_json) - 2) as double)
            end
        ) as sensorreadingtime_raw,
        serialnumber_json,
        case
            when starts_with(serialnumber_json, '"') then json_extract_scalar(serialnumber_json, '$')
            when not starts_with(serialnumber_json, '{') and not starts_with(serialnumber_json, '[') then serialnumber_json
        end as serialnumber_raw,
        distancefromobject_json,
        coalesce(
            try_cast(distancefromobject_json as double),
            case
                when regexp_like(distancefromobject_json, '^"-?[0-9]+(\.[0-9]+)?"\z')
                    then try_cast(substr(distancefromobject_json, 2, length(distancefromobject_json) - 2) as double)
            end
        ) as distancefromobject_raw,
        line,
        source_file,
        ingest_date
    from readable
),

typed as (
    select
        sensorreadingtime_json,
        case
            when
                sensorreadingtime_raw >= 946684800000 and sensorreadingtime_raw < 4102444800000
                and sensorreadingtime_raw = floor(sensorreadingtime_raw)
                then cast(sensorreadingtime_raw as bigint)
        end as "sensorreadingtime",
        serialnumber_json,
        case when not case when serialnumber_raw < '!' then regexp_like(serialnumber_raw, '^[ \t\n\x0b\f\r]*\z') else false end then serialnumber_raw end as "serialnumber",
        distancefromobject_json,
        case
            when
                distancefromobject_raw between -2147483648 and 2147483647
                and distancefromobject_raw = floor(distancefromobject_raw)
                then cast(distancefromobject_raw as integer)
        end as "distancefromobject",
        line,
        source_file,
        ingest_date
    from scalars
)

select
    "sensorreadingtime",
    "serialnumber",
    "distancefromobject",
    case
        when line is null then 'unreadable_json'
        when "sensorreadingtime" is null or "serialnumber" is null or "distancefromobject" is null
            then nullif(substr(
                ''
                || case when "sensorreadingtime" is null and (sensorreadingtime_json is null or (starts_with(sensorreadingtime_json, '"') and case when json_extract_scalar(sensorreadingtime_json, '$') < '!' then regexp_like(json_extract_scalar(sensorreadingtime_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',missing_sensorreadingtime' else '' end
                || case when "serialnumber" is null and (serialnumber_json is null or (starts_with(serialnumber_json, '"') and case when json_extract_scalar(serialnumber_json, '$') < '!' then regexp_like(json_extract_scalar(serialnumber_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',missing_serialnumber' else '' end
                || case when "distancefromobject" is null and (distancefromobject_json is null or (starts_with(distancefromobject_json, '"') and case when json_extract_scalar(distancefromobject_json, '$') < '!' then regexp_like(json_extract_scalar(distancefromobject_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',missing_distancefromobject' else '' end
                || case when "sensorreadingtime" is null and not (sensorreadingtime_json is null or (starts_with(sensorreadingtime_json, '"') and case when json_extract_scalar(sensorreadingtime_json, '$') < '!' then regexp_like(json_extract_scalar(sensorreadingtime_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',invalid_sensorreadingtime' else '' end
                || case when "serialnumber" is null and not (serialnumber_json is null or (starts_with(serialnumber_json, '"') and case when json_extract_scalar(serialnumber_json, '$') < '!' then regexp_like(json_extract_scalar(serialnumber_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',invalid_serialnumber' else '' end
                || case when "distancefromobject" is null and not (distancefromobject_json is null or (starts_with(distancefromobject_json, '"') and case when json_extract_scalar(distancefromobject_json, '$') < '!' then regexp_like(json_extract_scalar(distancefromobject_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',invalid_distancefromobject' else '' end,
                2
            ), '')
    end as reject_reasons,
    line,
    source_file,
    ingest_date
from typed;

