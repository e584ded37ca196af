import os
import random
import sys
from pathlib import Path

import pytest

pa = pytest.importorskip("pyarrow")
pytest.importorskip("pyspark")

from trucewatch.engines import local, spark  # noqa: E402
from trucewatch.engines.slabs import slabs  # noqa: E402

KERNEL = "kernels:near"
HERE = str(Path(__file__).parent)

pytestmark = pytest.mark.slow


def cut(rows: int) -> list:
    chance = random.Random(3)
    times = sorted(chance.uniform(0, 2000) for _ in range(300))
    return [
        (
            pa.RecordBatch.from_pydict(
                {
                    "row": list(range(s.start, s.reach)),
                    "time_s": times[s.start : s.reach],
                    "own": [n < s.end for n in range(s.start, s.reach)],
                }
            ),
        )
        for s in slabs(times, 10, rows)
    ]


def pairs(found) -> list:
    return sorted((r["one"], r["other"]) for slab in found for batch in slab for r in batch.to_pylist())


@pytest.fixture(scope="module", params=["sail", "local-cluster[2,1,1024]"])
def session(request):
    os.environ["PYTHONPATH"] = os.pathsep.join([HERE, *sys.path])
    sys.path.insert(0, HERE)
    if request.param == "sail":
        server = pytest.importorskip("pysail.spark").SparkConnectServer("127.0.0.1", 0)
        server.start(background=True)
        _, port = server.listening_address
        found = spark.connect(f"sc://127.0.0.1:{port}")
        yield found
        found.stop()  # before the server, or the client asks it for minutes
        server.stop()
    else:
        if not (Path(__import__("pyspark").__file__).parent / "jars").is_dir():
            pytest.skip("pyspark-client alone has no Spark")
        found = spark.connect(request.param)
        yield found
        found.stop()


def test_a_server_gives_what_one_process_gives_however_the_record_is_cut(session):
    sys.path.insert(0, HERE)
    alone = local.run(KERNEL, cut(300))
    for rows in (300, 70, 11):
        here, there = local.run(KERNEL, cut(rows)), spark.run(KERNEL, cut(rows), session)
        assert here == there
        assert pairs(there) == pairs(alone)
    assert len(pairs(alone)) > 100
