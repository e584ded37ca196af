"""Association on Sail and on two Spark workers gives the answers of one process, to the last bit."""

import os
import sys
from pathlib import Path

import pytest
from tests.engines.test_local import answers, parts

pytest.importorskip("pyarrow")
pytest.importorskip("pyspark")

from trucewatch.engines import spark
from trucewatch.engines.association import over

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=["sail", "local-cluster[2,1,1024]"])
def session(request):
    os.environ["PYTHONPATH"] = os.pathsep.join(sys.path)  # workers import the kernel by its name
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


def test_a_server_gives_what_one_process_gives(session):
    given = parts()
    assert len(given) > 5
    assert answers(over(session), given) == answers(None, given)
