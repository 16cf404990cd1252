"""Counts the figures of a landing folder with SQL over its JSON; without the generator."""

from pathlib import Path

import duckdb

# Of the clean files of a feed -> a table, with shorter names.
_TABLES = {
    "customer": "customer as select email, serialNumber as serial, birthDay as birthday, "
    "registrationDate as registered, lastUpdateDate as updated, "
    "shareWithResearchAsOfDate as research, shareWithPublicAsOfDate as public, "
    "shareWithFriendsAsOfDate as friends",
    "accelerometer": 'vector as select "user" as email, "timestamp" as moment, x, y, z',
    "step_trainer": "reading as select sensorReadingTime as moment, serialNumber as serial, "
    "distanceFromObject as distance",
}
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
    create table right_pair as from pair where owner = wearer and moment >= research;
    create table other_pair as from pair where owner <> wearer;
    create table early as
        select vector.* from vector inner join customer using (email)
        where vector.moment < customer.registered;
"""

# Everything that is published or measured about 956 customers: what is counted -> how many.
FIGURES = {
    "* from customer": 956,
    "* from vector": 81_273,
    "* from reading": 28_680,
    "* from trusted_customer": 482,
    "* from trusted_vector": 40_981,
    "* from trusted_reading": 14_460,
    "* from curated_customer": 482,
    "* from pair": 43_681,
    "* from pair where owner = wearer": 40_981,
    "* from other_pair": 2_700,
    "distinct moment from other_pair": 439,
    "distinct person from (unpivot other_pair on owner, wearer into name n value person)": 364,
    "* from right_pair": 32_025,
    "distinct (serial, moment) from right_pair": 11_297,
    "distinct owner from right_pair": 464,
    "* from trusted_vector inner join customer using (email) where moment < research": 8_956,
    "* from trusted_reading where moment < research": 3_163,
    "* from vector anti join trusted_customer using (email)": 40_292,
    "* from reading anti join trusted_customer using (serial)": 14_220,
    "* from early": 15_356,
    "distinct email from early": 742,
    "* from customer where year(birthday) < 1900": 906,
    "* from customer where year(birthday) < 1850": 874,
    "distinct email from customer": 956,
    "distinct serial from customer": 956,
    "* from customer where research > updated": 3,
    "research from customer where updated = registered": 462,
    "* from customer where research < registered": 0,
    "public from customer": 491,
    "public from customer where research is null": 251,
    "friends from customer": 508,
    "distinct (email, moment, x, y, z) from vector": 81_273,
    "distinct (email, moment) from vector": 28_680,
    "* from (select 1 from reading group by serial having count(distinct moment) = 30)": 956,
    "* from (select 1 from vector group by email, moment having count(*) in (2, 3))": 28_680,
    "* from vector where x not in (-1, 0, 1) or abs(y) > 1 or abs(z) > 1": 0,
    "* from reading where distance not between 201 and 300": 0,
}


def load(root: Path) -> duckdb.DuckDBPyConnection:
    """Read a clean landing folder into tables customer, vector, reading and tables of those."""
    connection = duckdb.connect()
    for feed, table in _TABLES.items():
        files = f"'{root}/{feed}/landing/**/*.json'"
        how = "format = 'newline_delimited', sample_size = -1"
        connection.execute(f"create table {table} from read_json({files}, {how})")
    connection.execute(_DERIVED)
    return connection


def count(root: Path) -> dict[str, int]:
    """Count every figure of a clean landing folder."""
    connection = load(root)
    found = {}
    for what in FIGURES:
        counted, _, source = what.partition(" from ")
        (found[what],) = connection.execute(f"select count({counted}) from {source}").fetchone()
    return found
