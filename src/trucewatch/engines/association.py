"""Association shared out: its components are resolved in other processes, or on Spark Connect, with the same kernel."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from typing import Any

import numpy as np

from trucewatch.assess.associate import Answer, Part, Spread, resolve
from trucewatch.assess.table import Table
from trucewatch.engines import local as processes_here
from trucewatch.engines.kernel import Batch

_HERE = "trucewatch.engines.association:resolve_parts"
_ARROW = "trucewatch.engines.association:resolve_batches"


def local(processes: int) -> Spread:
    """Return how to resolve parts in that many processes of this machine."""

    def spread(parts: Sequence[Part]) -> Sequence[Answer]:
        return [answer for (answer,) in processes_here.run(_HERE, [(part,) for part in parts], processes)]

    return spread


def connected(engine: str) -> Spread:
    """Return how to resolve parts on a Spark Connect server (sc://host:port) or a Spark master.

    Raises:
        ValueError: when the packages of the `engines` group are not installed.

    """
    try:
        from trucewatch.engines import spark

        session = spark.connect(engine)
    except ImportError as error:
        said = f"--engine {engine[:60]}: needs pyspark and pyarrow, which are not installed ({error})"
        raise ValueError(said) from None
    return over(session)


def over(session: Any) -> Spread:
    """Return how to resolve parts in a session of Spark Connect or of Spark."""
    from trucewatch.engines import spark

    def spread(parts: Sequence[Part]) -> Sequence[Answer]:
        answers = spark.run(_ARROW, [(_as_batch(part),) for part in parts], session)
        return [_answer(part.size, batches) for part, batches in zip(parts, answers, strict=True)]

    return spread


def resolve_parts(slab: Iterator[Batch]) -> Iterable[Batch]:
    """Resolve the parts of a slab: the kernel on this machine."""
    return [resolve(part) for part in slab]


def resolve_batches(slab: Iterator[Batch]) -> Iterable[Batch]:
    """Resolve the parts of a slab that came as Arrow record batches: the same kernel elsewhere."""
    import pyarrow as pa

    for batch in slab:
        part = _as_part(batch)
        block, together = resolve(part)
        rows = together.reshape(-1, part.size)  # one row for each report: its pairs with all of its component
        yield pa.RecordBatch.from_arrays(
            [pa.array(block.ravel()), pa.array(list(rows), type=pa.list_(pa.float64()))], names=["block", "together"]
        )


def _as_batch(part: Part) -> Any:
    import pyarrow as pa

    names = [field.name for field in fields(Table)]
    columns = [pa.array(getattr(part.reports, name)) for name in names]
    said = json.dumps({"size": part.size})
    schema = pa.schema(
        [(name, column.type) for name, column in zip(names, columns, strict=True)], metadata={"part": said}
    )
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _as_part(batch: Any) -> Part:
    said = json.loads(batch.schema.metadata[b"part"])
    columns = {field.name: batch.column(field.name).to_numpy(zero_copy_only=False) for field in fields(Table)}
    return Part(reports=Table(**columns), size=int(said["size"]))


def _answer(size: int, batches: Sequence[Any]) -> Answer:
    (batch,) = batches
    block = batch.column("block").to_numpy(zero_copy_only=False).reshape(-1, size)
    together = np.array(batch.column("together").to_pylist(), dtype=np.float64).reshape(-1, size, size)
    return block, together
