"""A small kernel: pairs of rows no farther apart than 10 seconds, by the row's own number."""

import pyarrow as pa


def near(batches):
    for batch in batches:
        rows, times = batch.column("row").to_pylist(), batch.column("time_s").to_pylist()
        own = batch.column("own").to_pylist()
        pairs = [
            (rows[i], rows[j])
            for i in range(len(rows))
            if own[i]
            for j in range(i + 1, len(rows))
            if times[j] - times[i] <= 10
        ]
        yield pa.RecordBatch.from_pydict({"one": [a for a, _ in pairs], "other": [b for _, b in pairs]})
