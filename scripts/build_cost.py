#!/usr/bin/env python3
"""Says what the newest dbt command cost in Athena: queries, bytes, USD, the dearest five named.

Which command it was stands in target/run_results.json (or DBT_TARGET_PATH); its queries are found
in the workgroup's history, which Athena keeps for 45 days, by the comment that dbt puts before
them. ALTER, DROP, OPTIMIZE, VACUUM and MSCK have none: they count for the table they name, if they
were sent during the command. Statements of no model or test are "landing and checks".
Bytes are priced as query.py does: at least 10 MB a query, DDL and failed queries free.
exit codes: 0 done, 1 there is no such command, or AWS refused, 2 an option or setting is missing
or wrong, 130 interrupted
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import NamedTuple

from stedi import athena, command, prices
from stedi.command import Problem
from stedi.settings import Settings

from tabulate import tabulate

DEAREST = 5
PAGE = 50  # the most queries that Athena lists, and describes, in one answer
CLOCKS = timedelta(minutes=5)  # that this machine's clock may be ahead of Athena's
NO_NODE = "landing and checks"
COMMENT = re.compile(r"-- /\* (\{.*\}) \*/")
UNCOMMENTED = re.compile(r"\s*(alter|drop|optimize|vacuum|msck)\b", re.I)
TABLE = re.compile(r'[\w`"]+(?:\.[\w`"]+)+')
# dbt-athena's names for a table that is about to replace another, or has been replaced.
HELPER = re.compile("__(ha|bkp|dbt_tmp.*|tmp_not_partitioned)$")


@dataclass(frozen=True)
class Build:
    """A command of dbt: its id, its words, its start and end (UTC), table -> node that makes it."""

    id: str
    name: str
    start: datetime
    end: datetime
    nodes: dict[str, str]


class Cost(NamedTuple):
    """How many queries, bytes scanned, USD."""

    queries: int
    scanned: int
    usd: float


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    result = command.parser("build_cost.py", __doc__)
    result.add_argument("--all", action="store_true", help="list every model and test")
    prices.add_option(result)
    command.add_aws_options(result)
    return result


def newest_build(settings: Settings) -> Build:
    """Return the newest command of dbt that ran models or tests on Athena. Raises Problem."""
    remedy = "run dbt build --target athena first"
    try:
        run, manifest = settings.artifact("run_results"), settings.artifact("manifest")
        about = run["metadata"]
        times = (about["invocation_started_at"], about["generated_at"])
        begun, ended = map(datetime.fromisoformat, times)
        name = f"dbt {run['args']['which']} of {begun:%Y-%m-%d %H:%M} UTC"
        engine = manifest["metadata"]["adapter_type"]
        # A later command, e.g. dbt parse, may have replaced the manifest: of another target, too.
        if manifest["metadata"]["invocation_id"] == about["invocation_id"] and engine != "athena":
            raise Problem(f"{name} ran on {engine}, where it costs nothing: {remedy}")
        made = {
            table_of(result["relation_name"]): result["unique_id"]
            for result in run["results"]
            if result.get("relation_name")
        }
        return Build(about["invocation_id"], name, begun, ended, made)
    except FileNotFoundError as error:
        raise Problem(f"there is no {error.filename}: {remedy}") from None
    except (ValueError, LookupError, TypeError, AttributeError) as error:  # half-written, foreign
        said = f"{settings.target} holds no whole run of dbt: {remedy}"
        raise Problem(f"{said} ({type(error).__name__}: {error})") from None


def table_of(sql: str) -> str:
    """Return the first table that a text names, as schema.table; "" if it names none."""
    found = TABLE.search(sql)
    parts = re.sub('[`"]', "", found[0]).lower().split(".")[-2:] if found else []
    return HELPER.sub("", ".".join(parts))


def history(client, work_group: str, start: datetime) -> Iterator[dict]:
    """Yield a workgroup's executions, the newest first, until all of a page are from before start.

    Raises Problem.
    """
    with athena.explained(f"the history of workgroup {work_group} cannot be read"):
        pages = client.get_paginator("list_query_executions").paginate(
            WorkGroup=work_group, PaginationConfig={"PageSize": PAGE}
        )
        for ids in (page["QueryExecutionIds"] for page in pages):
            if not ids:  # AWS answers an empty page with an error otherwise
                return
            described = client.batch_get_query_execution(QueryExecutionIds=ids)
            if missing := described.get("UnprocessedQueryExecutionIds"):
                why = missing[0].get("ErrorMessage", "no reason given")
                raise Problem(f"Athena did not describe {len(missing)} queries ({why}): run again")
            yield from described["QueryExecutions"]
            submitted = [e["Status"]["SubmissionDateTime"] for e in described["QueryExecutions"]]
            if max(submitted) < start:
                return


def costs_by_node(
    executions: Iterable[dict], build: Build, prefix: str, per_tb: float
) -> dict[str, list[Cost]]:
    """Return node -> costs of the executions that a build has sent.

    Those without a comment count if they name a table of a schema that begins with `prefix`, and
    were sent between the build's first commented one and its end.
    """
    costs: dict[str, list[Cost]] = defaultdict(list)
    others, sent = [], []
    for execution in executions:
        at, query = execution["Status"]["SubmissionDateTime"], execution["Query"]
        if found := COMMENT.match(query):
            said = json.loads(found[1])
            if said.get("invocation_id") == build.id:
                sent.append(at)
                costs[said.get("node_id", NO_NODE)].append(cost(execution, per_tb))
        elif UNCOMMENTED.match(query) and table_of(query).startswith(prefix):
            others.append((at, execution))
    for at, execution in others:
        if sent and min(sent) <= at <= max(*sent, build.end):
            node = build.nodes.get(table_of(execution["Query"]), NO_NODE)
            costs[node].append(cost(execution, per_tb))
    return costs


def cost(execution: dict, per_tb: float) -> Cost:
    """Return what an execution has cost."""
    scanned = execution["Statistics"].get("DataScannedInBytes", 0)
    kinds = (execution.get("StatementType"), execution.get("SubstatementType"))
    is_free = execution["Status"]["State"] == "FAILED"
    return Cost(1, scanned, 0.0 if is_free else prices.price(scanned, *kinds, per_tb))


def total(costs: Iterable[Cost]) -> Cost:
    """Add costs up."""
    return Cost(*map(sum, zip(Cost(0, 0, 0.0), *costs, strict=True)))


def cells(each: Cost) -> tuple[str, str, str]:
    """Return the numbers as texts: queries, MB, USD."""
    return f"{each.queries:,}", f"{each.scanned / prices.MB:,.2f}", f"{each.usd:.6f}"


def render(costs: dict[str, list[Cost]], shown: int | None) -> Iterator[str]:
    """Yield the table of kinds, and the table of the dearest nodes (None: of all)."""
    kinds: dict[str, list[Cost]] = defaultdict(list)
    for node, some in costs.items():
        kinds[node.partition(".")[0]] += some
    for lead, table in (("", kinds), ("dearest", costs)):
        ranked = [(name, total(some)) for name, some in table.items()]
        ranked.sort(key=lambda each: (-each[1].usd, -each[1].scanned, each[0]))
        rows = [(short(name), *cells(each)) for name, each in ranked[: shown if lead else None]]
        heads, sides = (lead, "queries", "MB scanned", "about USD"), ("left", *["right"] * 3)
        yield "\n" + tabulate(rows, heads, "simple", colalign=sides, disable_numparse=True)


def short(node: str) -> str:
    """Return a node's id without the project, and a test's without dbt's hash."""
    kind, _, rest = node.split(".", 2) if node.count(".") > 1 else (node, "", "")
    return f"{kind} {rest.partition('.')[0] if kind == 'test' else rest}".strip()


def read(arguments: argparse.Namespace, settings: Settings) -> tuple[Build, dict[str, list[Cost]]]:
    """Return the newest build and node -> costs of its executions. Raises Problem."""
    build = newest_build(settings)
    client, group = athena.client("athena", arguments), arguments.work_group
    executions = history(client, group, build.start - CLOCKS)
    costs = costs_by_node(executions, build, f"{settings.schema}_", arguments.price_per_tb)
    if not costs:
        remedy = "name another with --work-group, --region or --profile, or build again"
        raise Problem(f"{build.name} has no query in the history of workgroup {group}: {remedy}")
    return build, costs


def headline(build: Build, costs: dict[str, list[Cost]]) -> str:
    """Return what a build has cost in one line."""
    queries, scanned, usd = cells(total(chain.from_iterable(costs.values())))
    return f"{build.name}: {queries} queries, {scanned} MB scanned, about {usd} USD"


def show(arguments: argparse.Namespace) -> None:
    """Print what the newest build cost. Raises Problem."""
    build, costs = read(arguments, Settings.from_environment())
    print(headline(build, costs))
    print("\n".join(render(costs, None if arguments.all else DEAREST)))


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    return command.run(parser(), show, argv)


if __name__ == "__main__":
    sys.exit(main())
