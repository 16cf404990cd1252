"""The first page of the lineage site: its legend is true, its link opens the lineage."""

from __future__ import annotations

import math
import re
from itertools import combinations
from operator import mul

import pytest
import yaml

from tests.support.lakehouse import PROJECT

OVERVIEW = PROJECT / "models/overview.md"
# The lineage's colours that dbt itself chooses, and the one it draws on.
DBTS_OWN = {"landing": "#5fb825", "(users)": "#ff694b", "(tests)": "#0094b3"}
GROUND = "#005e7a"
# Linear RGB as seen with all cones, without red and without green ones (Machado, Oliveira and
# Fernandes 2009, severity 1).
EYES = {
    "all": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
}
# From linear sRGB to CIE XYZ, each divided by white's.
XYZ = (
    (0.433953, 0.376219, 0.189828),
    (0.212673, 0.715152, 0.072175),
    (0.017758, 0.109477, 0.872766),
)


def legend() -> dict[str, str]:
    """Zone -> the colour of its swatch in the overview."""
    text = OVERVIEW.read_text()
    swatches = dict(re.findall(r"^\[([\w ]+)\]: data:.*'%23(\w{6})'", text, re.MULTILINE))
    rows = re.findall(r"^\| (\S+) \| !\[([\w ]+)\] \2 \|", text, re.MULTILINE)
    return {zone: f"#{swatches[word]}" for zone, word in rows}


def multiplied(matrix: tuple, colour: list[float]) -> list[float]:
    return [min(1, max(0, sum(map(mul, row, colour)))) for row in matrix]


def lab(colour: str, eyes: tuple) -> tuple[float, float, float]:
    """A colour of eight bits a channel in CIELAB, as such eyes see it."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    x, y, z = (
        t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116
        for t in multiplied(XYZ, multiplied(eyes, linear))
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def test_the_legend_has_the_colours_of_the_lineage() -> None:
    models = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["models"]["stedi"]
    zones = {zone: of["+docs"]["node_color"] for zone, of in models.items() if zone[0] != "+"}
    assert legend() == DBTS_OWN | zones


@pytest.mark.parametrize("eyes", EYES)
def test_colour_blind_people_tell_the_zones_apart(eyes: str) -> None:
    pairs = combinations([*legend().values(), GROUND], 2)
    alike = [
        pair
        for pair in pairs
        if math.dist(*(lab(colour, EYES[eyes]) for colour in pair)) < 20
        if not set(pair) <= {*DBTS_OWN.values(), GROUND}
    ]
    assert alike == []


def test_links_to_the_lineage_load_the_page_anew() -> None:
    # The site looks whether to open the lineage only when it loads; after a `#` nothing is loaded.
    text = OVERVIEW.read_text()
    links = re.findall(r"\S*g_v=1\S*", text)
    assert links and all(link.startswith("?lineage#!/overview?g_v=1&") for link in links)
    assert set(re.findall(r"\]\[(\w+)\]", text)) == set(re.findall(r"^\[(\w+)\]: \?", text, re.M))
