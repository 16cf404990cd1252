"""The order of properties that SHOW CREATE TABLE shows."""

from __future__ import annotations

import pytest
from local_athena.catalog.java_order import in_order_of_java


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (  # what awswrangler's tests read from AWS
            ["classification", "compressionType", "typeOfData", "projection.enabled"],
            ["compressionType", "classification", "projection.enabled", "typeOfData"],
        ),
        # The hash of a letter is its code, in 16 buckets: 97 and 113 are in one, as they were put.
        (["a", "b", "q", "p"], ["p", "a", "q", "b"]),
        (["q", "b", "a", "p"], ["p", "q", "a", "b"]),
        (list("qponmlkjihgfa"), list("afghijklmnopq")),  # 13 keys have 32 buckets
    ],
)
def test_properties_are_shown_as_a_hash_map_of_java_has_them(given, shown):
    assert list(in_order_of_java(dict.fromkeys(given, ""))) == shown
