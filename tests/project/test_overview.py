"""The first page of the lineage site: its legend is true, its link opens the lineage."""

from __future__ import annotations

import re

import yaml

from tests.support.lakehouse import PROJECT

OVERVIEW = PROJECT / "models/overview.md"
# The lineage's colours that dbt itself chooses.
DBTS_OWN = {"landing": "#5fb825", "(users)": "#ff694b", "(tests)": "#0094b3"}


def legend() -> dict[str, str]:
    """Zone -> the colour of its swatch in the overview."""
    text = OVERVIEW.read_text()
    swatches = dict(re.findall(r"^\[([\w ]+)\]: data:.*'%23(\w{6})'", text, re.MULTILINE))
    rows = re.findall(r"^\| (\S+) \| !\[([\w ]+)\] \2 \|", text, re.MULTILINE)
    return {zone: f"#{swatches[word]}" for zone, word in rows}


def test_the_legend_has_the_colours_of_the_lineage() -> None:
    models = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["models"]["stedi"]
    zones = {zone: of["+docs"]["node_color"] for zone, of in models.items() if zone[0] != "+"}
    assert legend() == DBTS_OWN | zones


def test_links_to_the_lineage_load_the_page_anew() -> None:
    # The site looks whether to open the lineage only when it loads; after a `#` nothing is loaded.
    text = OVERVIEW.read_text()
    links = re.findall(r"\S*g_v=1\S*", text)
    assert links and all(link.startswith("?lineage#!/overview?g_v=1&") for link in links)
    assert set(re.findall(r"\]\[(\w+)\]", text)) == set(re.findall(r"^\[(\w+)\]: \?", text, re.M))
