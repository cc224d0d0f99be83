"""Runs the trained graph without dask.

Rasa runs its graph through dask three times a turn. Dask plans for parallel work on every call; ours is a chain of a
few nodes whose order never changes, so it is found once. The nodes themselves are Rasa's, untouched.
"""

from __future__ import annotations

from typing import Any

from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import ExecutionContext, GraphNodeHook, GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.storage import ModelStorage


class DirectRunner(GraphRunner):  # type: ignore[misc]
    """Calls the nodes of a loaded graph one after the other."""

    def __init__(self, loaded: DaskGraphRunner) -> None:
        """Args: `loaded` holds the schema and the instantiated nodes; it is not used to run them."""
        self._schema: GraphSchema = loaded._graph_schema
        self._nodes = loaded._instantiated_nodes
        self._orders: dict[tuple[str, ...], list[str]] = {}

    @classmethod
    def create(
        cls,
        graph_schema: GraphSchema,
        model_storage: ModelStorage,
        execution_context: ExecutionContext,
        hooks: list[GraphNodeHook] | None = None,
    ) -> DirectRunner:
        """As every runner."""
        return cls(DaskGraphRunner.create(graph_schema, model_storage, execution_context, hooks))

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        """Run what the targets need.

        Raises:
            GraphRunError: a node needs an input that is neither given nor made by a node.
        """
        wanted = tuple(targets or self._schema.target_names)
        order = self._orders.get(wanted)
        if order is None:
            order = self._orders[wanted] = self._order(wanted)
        done: dict[str, tuple[str, Any]] = {name: (name, value) for name, value in (inputs or {}).items()}
        for name in order:
            try:
                given = [done[need] for need in self._schema.nodes[name].needs.values()]
            except KeyError as error:
                raise GraphRunError(f"node {name} lacks the input {error}") from error
            done[name] = self._nodes[name](*given)
        return {name: done[name][1] for name in wanted}

    def _order(self, wanted: tuple[str, ...]) -> list[str]:
        """Nodes below the targets, each after what it needs."""
        order: list[str] = []

        def visit(name: str) -> None:
            node = self._schema.nodes.get(name)
            if node is None or name in order:
                return
            for need in node.needs.values():
                visit(need)
            order.append(name)

        for name in wanted:
            visit(name)
        return order
