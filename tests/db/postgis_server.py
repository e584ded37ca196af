"""A PostgreSQL server with PostGIS for a test: in a folder of its own, on a unix socket, gone afterwards."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

_QUICK = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off"


def programs() -> Path | None:
    """The newest installed PostgreSQL that has PostGIS."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[4]))
    with_postgis = [
        path for path in found
        if Path(f"/usr/share/postgresql/{path.parts[4]}/extension/postgis.control").exists()
    ]  # fmt: skip
    return with_postgis[-1].parent if with_postgis else None


def why_not() -> str:
    """Why there is no PostGIS to be tested against; "" where there is."""
    if programs() is None:
        return "PostGIS is not installed here (Debian: apt-get install postgresql-15-postgis-3)"
    return "" if find_spec("psycopg") else "the driver of PostgreSQL is not installed (extra 'postgis')"


@contextmanager
def served(settings: str = _QUICK) -> Iterator[str]:
    """A running server, as the address of its database; PostgreSQL does not run as root, so root lends it a user."""
    bin_, folder = programs(), Path(tempfile.mkdtemp(prefix="tw-pg-", dir="/tmp"))
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_user:
        shutil.chown(folder, "postgres", "postgres")

    def run(*command: str) -> None:
        done = subprocess.run(
            [*as_user, *command], cwd=folder, check=False, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    try:
        run(
            f"{bin_}/initdb",
            "-D",
            f"{folder}/data",
            "-U",
            "room",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        )
        options = f"-c listen_addresses= -c unix_socket_directories={folder} {settings}"
        run(f"{bin_}/pg_ctl", "-D", f"{folder}/data", "-l", f"{folder}/log", "-o", options, "-w", "start")
        try:
            yield f"postgresql://room@/postgres?host={folder}"
        finally:
            run(f"{bin_}/pg_ctl", "-D", f"{folder}/data", "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder)
