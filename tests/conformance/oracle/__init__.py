"""An independent oracle of the lakehouse in plain Python: landing files in, expected tables out.

It shares no code with the SQL models, is written for being read rather than for speed, and uses
nothing but the standard library. Tests build a landing folder with dbt and with this package and
compare the tables as multisets of rows.
"""

from __future__ import annotations

from pathlib import Path

from tests.conformance.oracle.audit import (
    accelerometer_outcomes,
    customer_outcomes,
    reconciliation,
    rejected_records,
    row_accounting,
    step_trainer_outcomes,
)
from tests.conformance.oracle.consent import (
    consent_intervals,
    customer_versions,
    device_claims,
)
from tests.conformance.oracle.landing import FEEDS, LandingRefused
from tests.conformance.oracle.research import (
    DERIVED_DOUBLES,
    publishable_reading_pairs,
    reading_pairs,
    readings,
    split_of,
)
from tests.conformance.oracle.staging import FEED_COLUMNS, STAGING_EXTRAS, EngineText, stage_feed
from tests.conformance.oracle.trusted import (
    accelerometer_trusted,
    customer_trusted,
    customers_curated,
    machine_learning_curated,
    published_pairs,
    step_trainer_trusted,
)

__all__ = [
    "COLUMNS",
    "DERIVED_DOUBLES",
    "FEEDS",
    "EngineText",
    "LandingRefused",
    "build",
    "has_engine_text",
    "read_landing",
    "split_of",
]

_READING_PAIRS = (
    "device_key",
    "captured_at",
    "distancefromobject",
    "vector_number",
    "subject_key",
    "x",
    "y",
    "z",
    "split",
)
_PUBLISHED = {feed: tuple(column.name for column in FEED_COLUMNS[feed]) for feed in FEEDS}

COLUMNS: dict[str, tuple[str, ...]] = {
    "stg_customer": _PUBLISHED["customer"] + STAGING_EXTRAS,
    "stg_accelerometer": _PUBLISHED["accelerometer"] + STAGING_EXTRAS,
    "stg_step_trainer": _PUBLISHED["step_trainer"] + STAGING_EXTRAS,
    "customer_versions": (
        *_PUBLISHED["customer"],
        *("reject_reasons", "deliveries", "is_replaced", "has_research_consent", "is_current"),
    ),
    "consent_intervals": ("email", "purpose", "valid_from", "valid_to"),
    "device_claims": ("serialnumber", "email"),
    "customer_trusted": _PUBLISHED["customer"],
    "accelerometer_trusted": _PUBLISHED["accelerometer"],
    "customers_curated": _PUBLISHED["customer"],
    "step_trainer_trusted": _PUBLISHED["step_trainer"],
    "machine_learning_curated": (
        "serialnumber",
        "sensorreadingtime",
        "distancefromobject",
        "x",
        "y",
        "z",
        "vector_number",
        "is_same_person",
        "is_consented_at_capture",
    ),
    "reading_pairs": _READING_PAIRS,
    "readings": (
        "device_key",
        "captured_at",
        "distancefromobject",
        "subject_key",
        "vector_count",
        *DERIVED_DOUBLES,
        "split",
    ),
    "publishable_reading_pairs": _READING_PAIRS,
    "rejected_records": ("feed", "source_file", "line", "reject_reasons"),
    "row_accounting": ("feed", "outcome", "reject_reasons", "row_count"),
    "reconciliation": ("reason", "row_count"),
}


def read_landing(root: Path) -> dict[str, list[tuple]]:
    """Staging of the three feeds: every line that is not blank is exactly one row."""
    return {f"stg_{feed}": stage_feed(Path(root), feed) for feed in FEEDS}


def build(root: Path, pepper: str) -> dict[str, list[tuple]]:
    """All tables of a landing folder, by name; raises LandingRefused where the build must fail.

    The pepper goes into the pseudonyms of research, and nowhere else.
    """
    staging = read_landing(root)
    customers = staging["stg_customer"]
    vectors = staging["stg_accelerometer"]
    device_readings = staging["stg_step_trainer"]

    intervals = consent_intervals(customers)
    claims = device_claims(customers)
    versions = customer_versions(customers)
    trusted_customers = customer_trusted(versions)
    trusted_vectors = accelerometer_trusted(vectors, trusted_customers)
    curated_customers = customers_curated(trusted_customers, trusted_vectors)
    trusted_readings = step_trainer_trusted(device_readings, curated_customers)
    pairs = published_pairs(trusted_readings, trusted_vectors, intervals, claims, vectors)

    outcomes = {
        "customer": customer_outcomes(customers, versions),
        "accelerometer": accelerometer_outcomes(
            vectors, customers, trusted_customers, trusted_readings, intervals, claims
        ),
        "step_trainer": step_trainer_outcomes(
            device_readings, vectors, trusted_customers, curated_customers, intervals, claims
        ),
    }
    return {
        **staging,
        "customer_versions": versions,
        "consent_intervals": intervals,
        "device_claims": claims,
        "customer_trusted": trusted_customers,
        "accelerometer_trusted": trusted_vectors,
        "customers_curated": curated_customers,
        "step_trainer_trusted": trusted_readings,
        "machine_learning_curated": machine_learning_curated(pairs),
        "reading_pairs": reading_pairs(pairs, pepper),
        "readings": readings(pairs, pepper),
        "publishable_reading_pairs": publishable_reading_pairs(pairs, intervals, pepper),
        "rejected_records": rejected_records(staging),
        "row_accounting": row_accounting(outcomes),
        "reconciliation": reconciliation(pairs),
    }


def has_engine_text(row: tuple) -> bool:
    """True if a text of the row came from a JSON number with a fraction or an exponent.

    Each engine may write such a number in its own way, so a comparison leaves that row out.
    """
    return any(isinstance(value, EngineText) for value in row)
