"""Counts the figures of a landing folder with SQL over its JSON; without the generator."""

from pathlib import Path

import duckdb

_CUSTOMER = """
    create table customer as
    select
        email,
        serialNumber as serial,
        birthDay as birthday,
        registrationDate as registered,
        lastUpdateDate as updated,
        shareWithResearchAsOfDate as research,
        shareWithPublicAsOfDate as public,
        shareWithFriendsAsOfDate as friends
    from read_json(
        $files,
        format = 'newline_delimited',
        columns = {
            email: 'varchar', serialNumber: 'varchar', birthDay: 'date',
            registrationDate: 'bigint', lastUpdateDate: 'bigint',
            shareWithResearchAsOfDate: 'bigint', shareWithPublicAsOfDate: 'bigint',
            shareWithFriendsAsOfDate: 'bigint'
        }
    )
"""
_VECTOR = """
    create table vector as
    select "user" as email, "timestamp" as moment, x, y, z
    from read_json(
        $files,
        format = 'newline_delimited',
        columns = {user: 'varchar', timestamp: 'bigint', x: 'double', y: 'double', z: 'double'}
    )
"""
_READING = """
    create table reading as
    select sensorReadingTime as moment, serialNumber as serial, distanceFromObject as distance
    from read_json(
        $files,
        format = 'newline_delimited',
        columns = {sensorReadingTime: 'bigint', serialNumber: 'varchar', distanceFromObject: 'int'}
    )
"""
_DERIVED = """
    create table trusted_customer as select * from customer where research > 0;
    create table trusted_vector as
        select * from vector where email in (select email from trusted_customer);
    create table curated_customer as
        select * from trusted_customer where email in (select email from trusted_vector);
    create table trusted_reading as
        select reading.*, owner.email as owner, owner.research
        from reading inner join curated_customer as owner using (serial);
    create table pair as
        select trusted_reading.*, trusted_vector.email as wearer
        from trusted_reading inner join trusted_vector using (moment);
    create table other_pair as select * from pair where owner <> wearer;
    create table early as
        select vector.* from vector inner join customer using (email)
        where vector.moment < customer.registered;
"""

# name of the figure: the query that counts it
_FIGURES = {
    "customers": "count(*) from customer",
    "vectors": "count(*) from vector",
    "readings": "count(*) from reading",
    "trusted customers": "count(*) from trusted_customer",
    "trusted vectors": "count(*) from trusted_vector",
    "trusted readings": "count(*) from trusted_reading",
    "curated customers": "count(*) from curated_customer",
    "pairs": "count(*) from pair",
    "pairs of one person": "count(*) from pair where owner = wearer",
    "pairs of two people": "count(*) from other_pair",
    "milliseconds of pairs of two people": "count(distinct moment) from other_pair",
    "people in pairs of two people": (
        "count(distinct email) from "
        "(select owner as email from other_pair union all select wearer from other_pair)"
    ),
    "right pairs": "count(*) from pair where owner = wearer and moment >= research",
    "readings of right pairs": (
        "count(distinct (serial, moment)) from pair where owner = wearer and moment >= research"
    ),
    "customers of right pairs": (
        "count(distinct owner) from pair where owner = wearer and moment >= research"
    ),
    "vectors before consent": (
        "count(*) from trusted_vector inner join customer using (email) where moment < research"
    ),
    "readings before consent": "count(*) from trusted_reading where moment < research",
    "vectors without consent": (
        "count(*) from vector where email not in (select email from trusted_customer)"
    ),
    "readings without consent": (
        "count(*) from reading where serial not in (select serial from trusted_customer)"
    ),
    "vectors before registration": "count(*) from early",
    "users before registration": "count(distinct email) from early",
    "born before 1900": "count(*) from customer where year(birthday) < 1900",
    "born before 1850": "count(*) from customer where year(birthday) < 1850",
    "e-mails": "count(distinct email) from customer",
    "serial numbers": "count(distinct serial) from customer",
    "consents after the last update": "count(*) from customer where research > updated",
    "research consents on registering": (
        "count(*) from customer where research is not null and updated = registered"
    ),
    "consents before registration": "count(*) from customer where research < registered",
    "public consents": "count(public) from customer",
    "public consents without research": "count(public) from customer where research is null",
    "friends consents": "count(friends) from customer",
    "different vectors": "count(distinct (email, moment, x, y, z)) from vector",
    "different milliseconds of people": "count(distinct (email, moment)) from vector",
    "people with 30 readings": (
        "count(*) from (select 1 from reading group by serial having count(distinct moment) = 30)"
    ),
    "readings with two or three vectors": (
        "count(*) from (select 1 from vector group by email, moment having count(*) in (2, 3))"
    ),
    "odd vectors": "count(*) from vector where x not in (-1, 0, 1) or abs(y) > 1 or abs(z) > 1",
    "odd distances": "count(*) from reading where distance not between 201 and 300",
}


def load(root: Path) -> duckdb.DuckDBPyConnection:
    """Read a clean landing folder into tables customer, vector, reading and tables of those."""
    connection = duckdb.connect()
    for statement, feed in (
        (_CUSTOMER, "customer"),
        (_VECTOR, "accelerometer"),
        (_READING, "step_trainer"),
    ):
        files = sorted(str(path) for path in (root / feed / "landing").rglob("*.json"))
        connection.execute(statement.replace("$files", repr(files)))
    connection.execute(_DERIVED)
    return connection


def count(root: Path) -> dict[str, int]:
    """Count every figure of a clean landing folder."""
    connection = load(root)
    return {
        name: connection.execute(f"select {query}").fetchone()[0]
        for name, query in _FIGURES.items()
    }
