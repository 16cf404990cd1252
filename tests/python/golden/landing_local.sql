create schema if not exists "stedi_landing";

create or replace view "stedi"."stedi_landing"."accelerometer_landing" as
with

landing_lines as (
    
    select
        cast(null as varchar) as line,
        cast(null as varchar) as source_file
    where false
    union all
    select
        cast(json as varchar) as line,
        substr(filename, 9) as source_file
    from read_ndjson_objects(
        [
            'landing/accelerometer/landing/part-1.json'
        ],
        compression = 'none',
        filename = true,
        hive_partitioning = false,
        ignore_errors = true,
        maximum_object_size = 33554432
    )
),

records as (
    select
        line,
        source_file,
        cast(nullif(regexp_extract(source_file, 'ingest_date=([0-9-]{10})/', 1), '') as date) as ingest_date,
        from_json(line, '{"user":"JSON","timestamp":"JSON","x":"JSON","y":"JSON","z":"JSON"}') as record
    from landing_lines
),

members as (
    select
        cast(record."user" as varchar) as user_json,
        cast(record."timestamp" as varchar) as timestamp_json,
        cast(record."x" as varchar) as x_json,
        cast(record."y" as varchar) as y_json,
        cast(record."z" as varchar) as z_json,
        line,
        source_file,
        ingest_date
    from records
),

judged as (
    select
        *,
        case
            when strlen(line) > 16777216 or not starts_with(line, '{') then false
            when
                strlen(line) - strlen(replace(line, ':', '')) = 0 + cast(user_json is not null as integer) + cast(timestamp_json is not null as integer) + cast(x_json is not null as integer) + cast(y_json is not null as integer) + cast(z_json is not null as integer)
                and (
                    user_json is null
                    or starts_with(user_json, '"')
                    or user_json between '0' and ':'
                    or user_json between '-0' and '-:'
                )
                and (
                    timestamp_json is null
                    or starts_with(timestamp_json, '"')
                    or timestamp_json between '0' and ':'
                    or timestamp_json between '-0' and '-:'
                )
                and (
                    x_json is null
                    or starts_with(x_json, '"')
                    or x_json between '0' and ':'
                    or x_json between '-0' and '-:'
                )
                and (
                    y_json is null
                    or starts_with(y_json, '"')
                    or y_json between '0' and ':'
                    or y_json between '-0' and '-:'
                )
                and (
                    z_json is null
                    or starts_with(z_json, '"')
                    or z_json between '0' and ':'
                    or z_json between '-0' and '-:'
                )
                and not regexp_matches(line, ',[ \t\r]*[}]\z')
                then true
            else
                not regexp_matches(regexp_replace(line, '"(?:[^"\\]|\\.)*"', '""', 'g'), ',[ \t\r]*[}\]]|[nN][aA][nN]|[iI][nN][fF]')
                and len(list_filter(json_keys(line), lambda key: key in ('user', 'timestamp', 'x', 'y', 'z'))) = len(list_distinct(list_filter(json_keys(line), lambda key: key in ('user', 'timestamp', 'x', 'y', 'z'))))
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
            when starts_with(user_json, '"') then json_extract_string(user_json, '$')
            when not starts_with(user_json, '{') and not starts_with(user_json, '[') then user_json
        end as user_raw,
        timestamp_json,
        coalesce(
            try_cast(timestamp_json as double),
            case
                when regexp_matches(timestamp_json, '^"-?[0-9]+(\.[0-9]+)?"\z')
                    then try_cast(substr(timestamp_json, 2, length(timestamp_json) - 2) as double)
            end
        ) as timestamp_raw,
        x_json,
        coalesce(
            try_cast(x_json as double),
            case
                when regexp_matches(x_json, '^"-?[0-9]+(\.[0-9]+)?"\z')
                    then try_cast(substr(x_json, 2, length(x_json) - 2) as double)
            end
        ) as x_raw,
        y_json,
        coalesce(
            try_cast(y_json as double),
            case
                when regexp_matches(y_json, '^"-?[0-9]+(\.[0-9]+)?"\z')
                    then try_cast(substr(y_json, 2, length(y_json) - 2) as double)
            end
        ) as y_raw,
        z_json,
        coalesce(
            try_cast(z_json as double),
            case
                when regexp_matches(z_json, '^"-?[0-9]+(\.[0-9]+)?"\z')
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
        case when not case when user_raw < '!' then regexp_matches(user_raw, '^[ \t\n\x0b\f\r]*\z') else false end then user_raw end as "user",
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
                || case when "user" is null and (user_json is null or (starts_with(user_json, '"') and case when json_extract_string(user_json, '$') < '!' then regexp_matches(json_extract_string(user_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',missing_user' else '' end
                || case when "timestamp" is null and (timestamp_json is null or (starts_with(timestamp_json, '"') and case when json_extract_string(timestamp_json, '$') < '!' then regexp_matches(json_extract_string(timestamp_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',missing_timestamp' else '' end
                || case when "x" is null and (x_json is null or (starts_with(x_json, '"') and case when json_extract_string(x_json, '$') < '!' then regexp_matches(json_extract_string(x_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',missing_x' else '' end
                || case when "y" is null and (y_json is null or (starts_with(y_json, '"') and case when json_extract_string(y_json, '$') < '!' then regexp_matches(json_extract_string(y_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',missing_y' else '' end
                || case when "z" is null and (z_json is null or (starts_with(z_json, '"') and case when json_extract_string(z_json, '$') < '!' then regexp_matches(json_extract_string(z_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',missing_z' else '' end
                || case when "user" is null and not (user_json is null or (starts_with(user_json, '"') and case when json_extract_string(user_json, '$') < '!' then regexp_matches(json_extract_string(user_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',invalid_user' else '' end
                || case when "timestamp" is null and not (timestamp_json is null or (starts_with(timestamp_json, '"') and case when json_extract_string(timestamp_json, '$') < '!' then regexp_matches(json_extract_string(timestamp_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',invalid_timestamp' else '' end
                || case when "x" is null and not (x_json is null or (starts_with(x_json, '"') and case when json_extract_string(x_json, '$') < '!' then regexp_matches(json_extract_string(x_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',invalid_x' else '' end
                || case when "y" is null and not (y_json is null or (starts_with(y_json, '"') and case when json_extract_string(y_json, '$') < '!' then regexp_matches(json_extract_string(y_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',invalid_y' else '' end
                || case when "z" is null and not (z_json is null or (starts_with(z_json, '"') and case when json_extract_string(z_json, '$') < '!' then regexp_matches(json_extract_string(z_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',invalid_z' else '' end,
                2
            ), '')
    end as reject_reasons,
    line,
    source_file,
    ingest_date
from typed;

create or replace view "stedi"."stedi_landing"."customer_landing" as
with

landing_lines as (
    
    select
        cast(null as varchar) as line,
        cast(null as varchar) as source_file
    where false
    union all
    select
        cast(json as varchar) as line,
        substr(filename, 9) as source_file
    from read_ndjson_objects(
        [
            'landing/customer/landing/part-1.json'
        ],
        compression = 'none',
        filename = true,
        hive_partitioning = false,
        ignore_errors = true,
        maximum_object_size = 33554432
    )
),

records as (
    select
        line,
        source_file,
        cast(nullif(regexp_extract(source_file, 'ingest_date=([0-9-]{10})/', 1), '') as date) as ingest_date,
        from_json(line, '{"customerName":"JSON","email":"JSON","phone":"JSON","birthDay":"JSON","serialNumber":"JSON","registrationDate":"JSON","lastUpdateDate":"JSON","shareWithResearchAsOfDate":"JSON","shareWithPublicAsOfDate":"JSON","shareWithFriendsAsOfDate":"JSON"}') as record
    from landing_lines
),

members as (
    select
        cast(record."customerName" as varchar) as customername_json,
        cast(record."email" as varchar) as email_json,
        cast(record."phone" as varchar) as phone_json,
        cast(record."birthDay" as varchar) as birthday_json,
        cast(record."serialNumber" as varchar) as serialnumber_json,
        cast(record."registrationDate" as varchar) as registrationdate_json,
        cast(record."lastUpdateDate" as varchar) as lastupdatedate_json,
        cast(record."shareWithResearchAsOfDate" as varchar) as sharewithresearchasofdate_json,
        cast(record."shareWithPublicAsOfDate" as varchar) as sharewithpublicasofdate_json,
        cast(record."shareWithFriendsAsOfDate" as varchar) as sharewithfriendsasofdate_json,
        line,
        source_file,
        ingest_date
    from records
),

judged as (
    select
        *,
        case
            when strlen(line) > 16777216 or not starts_with(line, '{') then false
            when
                strlen(line) - strlen(replace(line, ':', '')) = 0 + cast(customername_json is not null as integer) + cast(email_json is not null as integer) + cast(phone_json is not null as integer) + cast(birthday_json is not null as integer) + cast(serialnumber_json is not null as integer) + cast(registrationdate_json is not null as integer) + cast(lastupdatedate_json is not null as integer) + cast(sharewithresearchasofdate_json is not null as integer) + cast(sharewithpublicasofdate_json is not null as integer) + cast(sharewithfriendsasofdate_json is not null as integer)
                and (
                    customername_json is null
                    or starts_with(customername_json, '"')
                    or customername_json between '0' and ':'
                    or customername_json between '-0' and '-:'
                )
                and (
                    email_json is null
                    or starts_with(email_json, '"')
                    or email_json between '0' and ':'
                    or email_json between '-0' and '-:'
                )
                and (
                    phone_json is null
                    or starts_with(phone_json, '"')
                    or phone_json between '0' and ':'
                    or phone_json between '-0' and '-:'
                )
                and (
                    birthday_json is null
                    or starts_with(birthday_json, '"')
                    or birthday_json between '0' and ':'
                    or birthday_json between '-0' and '-:'
                )
                and (
                    serialnumber_json is null
                    or starts_with(serialnumber_json, '"')
                    or serialnumber_json between '0' and ':'
                    or serialnumber_json between '-0' and '-:'
                )
                and (
                    registrationdate_json is null
                    or starts_with(registrationdate_json, '"')
                    or registrationdate_json between '0' and ':'
                    or registrationdate_json between '-0' and '-:'
                )
                and (
                    lastupdatedate_json is null
                    or starts_with(lastupdatedate_json, '"')
                    or lastupdatedate_json between '0' and ':'
                    or lastupdatedate_json between '-0' and '-:'
                )
                and (
                    sharewithresearchasofdate_json is null
                    or starts_with(sharewithresearchasofdate_json, '"')
                    or sharewithresearchasofdate_json between '0' and ':'
                    or sharewithresearchasofdate_json between '-0' and '-:'
                )
                and (
                    sharewithpublicasofdate_json is null
                    or starts_with(sharewithpublicasofdate_json, '"')
                    or sharewithpublicasofdate_json between '0' and ':'
                    or sharewithpublicasofdate_json between '-0' and '-:'
                )
                and (
                    sharewithfriendsasofdate_json is null
                    or starts_with(sharewithfriendsasofdate_json, '"')
                    or sharewithfriendsasofdate_json between '0' and ':'
                    or sharewithfriendsasofdate_json between '-0' and '-:'
                )
                and not regexp_matches(line, ',[ \t\r]*[}]\z')
                then true
            else
                not regexp_matches(regexp_replace(line, '"(?:[^"\\]|\\.)*"', '""', 'g'), ',[ \t\r]*[}\]]|[nN][aA][nN]|[iI][nN][fF]')
                and len(list_filter(json_keys(line), lambda key: key in ('customerName', 'email', 'phone', 'birthDay', 'serialNumber', 'registrationDate', 'lastUpdateDate', 'shareWithResearchAsOfDate', 'shareWithPublicAsOfDate', 'shareWithFriendsAsOfDate'))) = len(list_distinct(list_filter(json_keys(line), lambda key: key in ('customerName', 'email', 'phone', 'birthDay', 'serialNumber', 'registrationDate', 'lastUpdateDate', 'shareWithResearchAsOfDate', 'shareWithPublicAsOfDate', 'shareWithFriendsAsOfDate'))))
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
            when starts_with(customername_json, '"') then json_extract_string(customername_json, '$')
            when not starts_with(customername_json, '{') and not starts_with(customername_json, '[') then customername_json
        end as customername_raw,
        email_json,
        case
            when starts_with(email_json, '"') then json_extract_string(email_json, '$')
            when not starts_with(email_json, '{') and not starts_with(email_json, '[') then email_json
        end as email_raw,
        phone_json,
        case
            when starts_with(phone_json, '"') then json_extract_string(phone_json, '$')
            when not starts_with(phone_json, '{') and not starts_with(phone_json, '[') then phone_json
        end as phone_raw,
        birthday_json,
        case
            when starts_with(birthday_json, '"') then json_extract_string(birthday_json, '$')
            when not starts_with(birthday_json, '{') and not starts_with(birthday_json, '[') then birthday_json
        end as birthday_raw,
        serialnumber_json,
        case
            when starts_with(serialnumber_json, '"') then json_extract_string(serialnumber_json, '$')
            when not starts_with(serialnumber_json, '{') and not starts_with(serialnumber_json, '[') then serialnumber_json
        end as serialnumber_raw,
        registrationdate_json,
        coalesce(
            try_cast(registrationdate_json as double),
            case
                when regexp_matches(registrationdate_json, '^"-?[0-9]+(\.[0-9]+)?"\z')
                    then try_cast(substr(registrationdate_json, 2, length(registrationdate_json) - 2) as double)
            end
        ) as registrationdate_raw,
        lastupdatedate_json,
        coalesce(
            try_cast(lastupdatedate_json as double),
            case
                when regexp_matches(lastupdatedate_json, '^"-?[0-9]+(\.[0-9]+)?"\z')
                    then try_cast(substr(lastupdatedate_json, 2, length(lastupdatedate_json) - 2) as double)
            end
        ) as lastupdatedate_raw,
        sharewithresearchasofdate_json,
        coalesce(
            try_cast(sharewithresearchasofdate_json as double),
            case
                when regexp_matches(sharewithresearchasofdate_json, '^"-?[0-9]+(\.[0-9]+)?"\z')
                    then try_cast(substr(sharewithresearchasofdate_json, 2, length(sharewithresearchasofdate_json) - 2) as double)
            end
        ) as sharewithresearchasofdate_raw,
        sharewithpublicasofdate_json,
        coalesce(
            try_cast(sharewithpublicasofdate_json as double),
            case
                when regexp_matches(sharewithpublicasofdate_json, '^"-?[0-9]+(\.[0-9]+)?"\z')
                    then try_cast(substr(sharewithpublicasofdate_json, 2, length(sharewithpublicasofdate_json) - 2) as double)
            end
        ) as sharewithpublicasofdate_raw,
        sharewithfriendsasofdate_json,
        coalesce(
            try_cast(sharewithfriendsasofdate_json as double),
            case
                when regexp_matches(sharewithfriendsasofdate_json, '^"-?[0-9]+(\.[0-9]+)?"\z')
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
        case when not case when email_raw < '!' then regexp_matches(email_raw, '^[ \t\n\x0b\f\r]*\z') else false end then email_raw end as "email",
        phone_json,
        phone_raw as "phone",
        birthday_json,
        birthday_raw as "birthday",
        serialnumber_json,
        case when not case when serialnumber_raw < '!' then regexp_matches(serialnumber_raw, '^[ \t\n\x0b\f\r]*\z') else false end then serialnumber_raw end as "serialnumber",
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
                || case when "email" is null and (email_json is null or (starts_with(email_json, '"') and case when json_extract_string(email_json, '$') < '!' then regexp_matches(json_extract_string(email_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',missing_email' else '' end
                || case when "serialnumber" is null and (serialnumber_json is null or (starts_with(serialnumber_json, '"') and case when json_extract_string(serialnumber_json, '$') < '!' then regexp_matches(json_extract_string(serialnumber_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',missing_serialnumber' else '' end
                || case when "registrationdate" is null and (registrationdate_json is null or (starts_with(registrationdate_json, '"') and case when json_extract_string(registrationdate_json, '$') < '!' then regexp_matches(json_extract_string(registrationdate_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',missing_registrationdate' else '' end
                || case when "lastupdatedate" is null and (lastupdatedate_json is null or (starts_with(lastupdatedate_json, '"') and case when json_extract_string(lastupdatedate_json, '$') < '!' then regexp_matches(json_extract_string(lastupdatedate_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',missing_lastupdatedate' else '' end
                || case when "customername" is null and not (customername_json is null or (starts_with(customername_json, '"') and case when json_extract_string(customername_json, '$') < '!' then regexp_matches(json_extract_string(customername_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',invalid_customername' else '' end
                || case when "email" is null and not (email_json is null or (starts_with(email_json, '"') and case when json_extract_string(email_json, '$') < '!' then regexp_matches(json_extract_string(email_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',invalid_email' else '' end
                || case when "phone" is null and not (phone_json is null or (starts_with(phone_json, '"') and case when json_extract_string(phone_json, '$') < '!' then regexp_matches(json_extract_string(phone_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',invalid_phone' else '' end
                || case when "birthday" is null and not (birthday_json is null or (starts_with(birthday_json, '"') and case when json_extract_string(birthday_json, '$') < '!' then regexp_matches(json_extract_string(birthday_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',invalid_birthday' else '' end
                || case when "serialnumber" is null and not (serialnumber_json is null or (starts_with(serialnumber_json, '"') and case when json_extract_string(serialnumber_json, '$') < '!' then regexp_matches(json_extract_string(serialnumber_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',invalid_serialnumber' else '' end
                || case when "registrationdate" is null and not (registrationdate_json is null or (starts_with(registrationdate_json, '"') and case when json_extract_string(registrationdate_json, '$') < '!' then regexp_matches(json_extract_string(registrationdate_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',invalid_registrationdate' else '' end
                || case when "lastupdatedate" is null and not (lastupdatedate_json is null or (starts_with(lastupdatedate_json, '"') and case when json_extract_string(lastupdatedate_json, '$') < '!' then regexp_matches(json_extract_string(lastupdatedate_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',invalid_lastupdatedate' else '' end
                || case when "sharewithresearchasofdate" is null and not (sharewithresearchasofdate_json is null or (starts_with(sharewithresearchasofdate_json, '"') and case when json_extract_string(sharewithresearchasofdate_json, '$') < '!' then regexp_matches(json_extract_string(sharewithresearchasofdate_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',invalid_sharewithresearchasofdate' else '' end
                || case when "sharewithpublicasofdate" is null and not (sharewithpublicasofdate_json is null or (starts_with(sharewithpublicasofdate_json, '"') and case when json_extract_string(sharewithpublicasofdate_json, '$') < '!' then regexp_matches(json_extract_string(sharewithpublicasofdate_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',invalid_sharewithpublicasofdate' else '' end
                || case when "sharewithfriendsasofdate" is null and not (sharewithfriendsasofdate_json is null or (starts_with(sharewithfriendsasofdate_json, '"') and case when json_extract_string(sharewithfriendsasofdate_json, '$') < '!' then regexp_matches(json_extract_string(sharewithfriendsasofdate_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',invalid_sharewithfriendsasofdate' else '' end,
                2
            ), '')
    end as reject_reasons,
    line,
    source_file,
    ingest_date
from typed;

create or replace view "stedi"."stedi_landing"."step_trainer_landing" as
with

landing_lines as (
    
    select
        cast(null as varchar) as line,
        cast(null as varchar) as source_file
    where false
    union all
    select
        cast(json as varchar) as line,
        substr(filename, 9) as source_file
    from read_ndjson_objects(
        [
            'landing/step_trainer/landing/part-1.json'
        ],
        compression = 'none',
        filename = true,
        hive_partitioning = false,
        ignore_errors = true,
        maximum_object_size = 33554432
    )
),

records as (
    select
        line,
        source_file,
        cast(nullif(regexp_extract(source_file, 'ingest_date=([0-9-]{10})/', 1), '') as date) as ingest_date,
        from_json(line, '{"sensorReadingTime":"JSON","serialNumber":"JSON","distanceFromObject":"JSON"}') as record
    from landing_lines
),

members as (
    select
        cast(record."sensorReadingTime" as varchar) as sensorreadingtime_json,
        cast(record."serialNumber" as varchar) as serialnumber_json,
        cast(record."distanceFromObject" as varchar) as distancefromobject_json,
        line,
        source_file,
        ingest_date
    from records
),

judged as (
    select
        *,
        case
            when strlen(line) > 16777216 or not starts_with(line, '{') then false
            when
                strlen(line) - strlen(replace(line, ':', '')) = 0 + cast(sensorreadingtime_json is not null as integer) + cast(serialnumber_json is not null as integer) + cast(distancefromobject_json is not null as integer)
                and (
                    sensorreadingtime_json is null
                    or starts_with(sensorreadingtime_json, '"')
                    or sensorreadingtime_json between '0' and ':'
                    or sensorreadingtime_json between '-0' and '-:'
                )
                and (
                    serialnumber_json is null
                    or starts_with(serialnumber_json, '"')
                    or serialnumber_json between '0' and ':'
                    or serialnumber_json between '-0' and '-:'
                )
                and (
                    distancefromobject_json is null
                    or starts_with(distancefromobject_json, '"')
                    or distancefromobject_json between '0' and ':'
                    or distancefromobject_json between '-0' and '-:'
                )
                and not regexp_matches(line, ',[ \t\r]*[}]\z')
                then true
            else
                not regexp_matches(regexp_replace(line, '"(?:[^"\\]|\\.)*"', '""', 'g'), ',[ \t\r]*[}\]]|[nN][aA][nN]|[iI][nN][fF]')
                and len(list_filter(json_keys(line), lambda key: key in ('sensorReadingTime', 'serialNumber', 'distanceFromObject'))) = len(list_distinct(list_filter(json_keys(line), lambda key: key in ('sensorReadingTime', 'serialNumber', 'distanceFromObject'))))
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
                when regexp_matches(sensorreadingtime_json, '^"-?[0-9]+(\.[0-9]+)?"\z')
                    then try_cast(substr(sensorreadingtime_json, 2, length(sensorreadingtime_json) - 2) as double)
            end
        ) as sensorreadingtime_raw,
        serialnumber_json,
        case
            when starts_with(serialnumber_json, '"') then json_extract_string(serialnumber_json, '$')
            when not starts_with(serialnumber_json, '{') and not starts_with(serialnumber_json, '[') then serialnumber_json
        end as serialnumber_raw,
        distancefromobject_json,
        coalesce(
            try_cast(distancefromobject_json as double),
            case
                when regexp_matches(distancefromobject_json, '^"-?[0-9]+(\.[0-9]+)?"\z')
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
        case when not case when serialnumber_raw < '!' then regexp_matches(serialnumber_raw, '^[ \t\n\x0b\f\r]*\z') else false end then serialnumber_raw end as "serialnumber",
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
                || case when "sensorreadingtime" is null and (sensorreadingtime_json is null or (starts_with(sensorreadingtime_json, '"') and case when json_extract_string(sensorreadingtime_json, '$') < '!' then regexp_matches(json_extract_string(sensorreadingtime_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',missing_sensorreadingtime' else '' end
                || case when "serialnumber" is null and (serialnumber_json is null or (starts_with(serialnumber_json, '"') and case when json_extract_string(serialnumber_json, '$') < '!' then regexp_matches(json_extract_string(serialnumber_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',missing_serialnumber' else '' end
                || case when "distancefromobject" is null and (distancefromobject_json is null or (starts_with(distancefromobject_json, '"') and case when json_extract_string(distancefromobject_json, '$') < '!' then regexp_matches(json_extract_string(distancefromobject_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',missing_distancefromobject' else '' end
                || case when "sensorreadingtime" is null and not (sensorreadingtime_json is null or (starts_with(sensorreadingtime_json, '"') and case when json_extract_string(sensorreadingtime_json, '$') < '!' then regexp_matches(json_extract_string(sensorreadingtime_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',invalid_sensorreadingtime' else '' end
                || case when "serialnumber" is null and not (serialnumber_json is null or (starts_with(serialnumber_json, '"') and case when json_extract_string(serialnumber_json, '$') < '!' then regexp_matches(json_extract_string(serialnumber_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',invalid_serialnumber' else '' end
                || case when "distancefromobject" is null and not (distancefromobject_json is null or (starts_with(distancefromobject_json, '"') and case when json_extract_string(distancefromobject_json, '$') < '!' then regexp_matches(json_extract_string(distancefromobject_json, '$'), '^[ \t\n\x0b\f\r]*\z') else false end)) then ',invalid_distancefromobject' else '' end,
                2
            ), '')
    end as reject_reasons,
    line,
    source_file,
    ingest_date
from typed;

