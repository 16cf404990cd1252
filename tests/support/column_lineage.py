"""Which columns of sources the values of a model's columns are made of, by its compiled SQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp, parse_one
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, build_scope

# (relation, column), a relation as its node's name in dbt: ("customer_landing", "email").
Column = tuple[str, str]


@dataclass
class Lineage:
    """The compiled project.

    `models` gives each model's SQL in DuckDB's dialect, `sources` each source's columns,
    `relations` the name of the node behind each relation of the database, as `schema.table`.
    """

    models: dict[str, str]
    sources: dict[str, list[str]]
    relations: dict[str, str]

    def __post_init__(self) -> None:
        """Read each model once, those first that others read."""
        self._origins: dict[Column, set[Column]] = {
            (source, column): {(source, column)}
            for source, columns in self.sources.items()
            for column in columns
        }
        self._columns = dict(self.sources)
        waiting = dict(self.models)
        while waiting:
            for name, sql in list(waiting.items()):
                tree = parse_one(sql, read="duckdb")
                if not (waiting.keys() - {name}) & set(self._read_by(tree)):
                    self._read(name, tree)
                    del waiting[name]

    def origins(self, model: str) -> dict[str, set[Column]]:
        """Return for each column of a model the columns of sources that its value is made of."""
        return {column: self._origins[model, column] for column in self._columns[model]}

    def _read_by(self, tree: exp.Expression) -> Iterator[str]:
        for table in tree.find_all(exp.Table):
            if table.db:
                yield self.relations[f"{table.db}.{table.name}"]

    def _read(self, name: str, tree: exp.Expression) -> None:
        schema: dict = {}
        for table in tree.find_all(exp.Table):
            if table.db:
                columns = self._columns[self.relations[f"{table.db}.{table.name}"]]
                schema.setdefault(table.catalog, {}).setdefault(table.db, {})[table.name] = {
                    column: "varchar" for column in columns
                }
        scope = build_scope(qualify(tree, schema=schema, dialect="duckdb"))
        assert scope, f"{name} is no query"
        self._columns[name] = scope.expression.named_selects
        for position, column in enumerate(self._columns[name]):
            self._origins[name, column] = self._made_of(scope, position)

    def _made_of(self, scope: Scope, position: int) -> set[Column]:
        if scope.set_operation_scopes:
            return set().union(
                *(self._made_of(part, position) for part in scope.set_operation_scopes)
            )
        found: set[Column] = set()
        for column in carriers(scope.expression.selects[position]):
            source = scope.sources[column.table]
            if isinstance(source, Scope):
                names = source.expression.named_selects
                found |= self._made_of(source, names.index(column.name))
            else:
                found |= self._origins[self.relations[f"{source.db}.{source.name}"], column.name]
        return found


PASS_NO_VALUE = exp.Predicate | exp.Count | exp.CountIf


def carriers(node: exp.Expression) -> Iterator[exp.Column]:
    """The columns whose values an expression passes on, whole or in part.

    A comparison, a count and the key of an order pass on no value; a pseudonym hides it.
    Raises NotImplementedError for what could pass on a value unseen.
    """
    if isinstance(node, exp.Column):
        yield node
    elif isinstance(node, exp.Query | exp.Unnest | exp.Lateral | exp.Dot | exp.TableColumn):
        raise NotImplementedError(f"the lineage of {node.sql('duckdb')}")
    elif isinstance(node, exp.Case):
        for branch in node.args["ifs"]:
            yield from carriers(branch.args["true"])
        if node.args.get("default"):
            yield from carriers(node.args["default"])
    elif isinstance(node, exp.Window):
        yield from carriers(node.this)
    elif isinstance(node, exp.Order):  # of an aggregate: avg(x order by y) passes on x
        if node.this:
            yield from carriers(node.this)
    elif isinstance(node, exp.WithinGroup):
        yield from node.find_all(exp.Column)
    elif not isinstance(node, PASS_NO_VALUE) and not is_pseudonym(node):
        for child in node.iter_expressions():
            yield from carriers(child)


def is_pseudonym(node: exp.Expression) -> bool:
    """Whether an expression is the SHA-256 of pepper, purpose and one column."""
    if not isinstance(node, exp.SHA2) or not isinstance(node.this, exp.DPipe):
        return False
    pepper, purpose, value = (*node.this.flatten(), None, None)[:3]
    return (
        isinstance(pepper, exp.Column)
        and (pepper.table, pepper.name) == ("pepper", "pepper")
        and isinstance(purpose, exp.Literal)
        and purpose.this in (":subject:", ":device:")
        and isinstance(value, exp.Column)
    )
