"""The scripts that make the README's pictures and build the page are driven by the tests of the page as well."""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "scripts")]

import invented_case  # noqa: E402


@pytest.fixture(scope="session")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `assess` would leave for the invented case."""
    return invented_case.write(tmp_path_factory.mktemp("case"))
