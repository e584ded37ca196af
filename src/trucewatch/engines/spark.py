"""Kernels on Spark Connect: Sail, or a Spark cluster behind a Connect server. Needs the `engines` dependency group.

Each slab travels as one row of Arrow stream bytes, so that no partitioning of the server's can cut a slab in two; the
rows come back in any order and are sorted by their slab. Workers import the kernel by its name: the same version of
this package has to be installed where they run, and PYSPARK_PYTHON has to name that Python.
"""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pyarrow as pa

from trucewatch.engines.kernel import work

_SCHEMA = "slab bigint, stream binary"
_COLUMNS = pa.schema([("slab", pa.int64()), ("stream", pa.binary())])


def run(
    kernel: str, slabs: Iterable[tuple[pa.RecordBatch, ...]], session: Any
) -> tuple[tuple[pa.RecordBatch, ...], ...]:
    """Return what the kernel makes of each slab, in the order of the slabs; a slab without a batch makes none."""
    given = [list(slab) for slab in slabs]
    sent = [(number, _written(slab)) for number, slab in enumerate(given) if slab]
    if not sent:
        return tuple(() for _ in given)
    frame = session.createDataFrame(sent, _SCHEMA).repartition(len(sent), "slab")
    back = {row["slab"]: _read(row["stream"]) for row in frame.mapInArrow(_worker(kernel), _SCHEMA).collect()}
    return tuple(back.get(number, ()) for number in range(len(given)))


def connect(engine: str) -> Any:
    """Return a session of a Connect server (sc://host:port) or of a Spark master (local-cluster[2,1,1024], spark://…)."""
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # or workers take another Python and lack pyarrow
    builder = SparkSession.builder
    return (builder.remote(engine) if engine.startswith("sc://") else builder.master(engine)).getOrCreate()


def _worker(kernel: str) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    def each(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for row in batch.to_pylist():
                made = _written(list(work(kernel, _read(row["stream"]))))
                yield pa.RecordBatch.from_pylist([{"slab": row["slab"], "stream": made}], schema=_COLUMNS)

    return each


def _written(batches: list[pa.RecordBatch]) -> bytes:
    if not batches:
        return b""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batches[0].schema) as stream:
        for batch in batches:
            stream.write_batch(batch)
    return bytes(sink.getvalue().to_pybytes())


def _read(stream: bytes) -> tuple[pa.RecordBatch, ...]:
    return tuple(pa.ipc.open_stream(stream)) if stream else ()
