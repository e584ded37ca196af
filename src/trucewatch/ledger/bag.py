"""A bag to hand over (BagIt, RFC 8493): a log or what was published with one, both verifiers, a guide of one page.

Whoever gets it needs nothing of ours, no network and no trust: a file list that common tools check, the record, the
programs that check it in two languages, and a page that says how. A bag is a function of what goes in: no date, no
machine's name. It is built beside its place and renamed when it is whole and on the disk.
"""

import hashlib
import re
import shutil
from collections.abc import Iterator, Mapping
from importlib.resources import files as package_files
from pathlib import Path

from trucewatch.ledger.store import flush_tree
from trucewatch.ledger.verify import Verified, verify

DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"  # RFC 8493, section 2.1.1
RECORD, VERIFIERS = "data/record", "data/verifiers"
GUIDE = "START-HERE.html"
_REHEARSAL = re.compile('<div class="rehearsal">.*?</div>\n', re.DOTALL)  # of the guide


def bag(source: Path, out: Path) -> Verified:
    """Write a bag of a folder that verifies, and return what holds of it.

    `source` is a log's folder, or one that holds `ledger/` and what was published with it.

    Raises:
        VerificationError: where the folder does not verify; nothing is written then.
        FileExistsError: where there is something at `out`.

    """
    if out.exists():
        raise FileExistsError(f"{out}: is there already; a bag is never written over")
    verified = verify(source)
    building = out.with_name(f"{out.name}.partial-new")
    if building.exists():
        shutil.rmtree(building)
    out.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(source, building / RECORD, symlinks=True)
    _write(building, {f"{VERIFIERS}/{name}": data for name, data in _verifiers().items()})
    payload = dict(_digests(building / "data", "data/"))
    tags = {
        "bagit.txt": DECLARATION.encode(),
        "bag-info.txt": _info(verified, building).encode(),
        "manifest-sha256.txt": _manifest(payload),
        GUIDE: _guide(verified, building),
    }
    _write(building, tags)
    _write(building, {"tagmanifest-sha256.txt": _manifest({n: _sha256(building / n) for n in tags})})
    if verify(building / RECORD) != verified:
        raise OSError(f"{building}: what was copied is not what was read; the disk or the source changed meanwhile")
    flush_tree(building)
    building.rename(out)
    return verified


def _verifiers() -> dict[str, bytes]:
    ledger = Path(str(package_files("trucewatch") / "ledger"))
    peer = sorted((ledger / "peer").glob("*.go"))
    return {path.name: path.read_bytes() for path in (ledger / "verify.py", *peer)}


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _digests(folder: Path, prefix: str) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield prefix + path.relative_to(folder).as_posix(), _sha256(path)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _manifest(digests: Mapping[str, str]) -> bytes:
    return "".join(f"{digests[name]}  {name}\n" for name in sorted(digests)).encode()


def _policy_digest(building: Path) -> str:
    ledger = building / RECORD / "ledger"
    return _sha256((ledger if ledger.is_dir() else building / RECORD) / "policy")


def _info(verified: Verified, building: Path) -> str:
    sizes = [path.stat().st_size for path in (building / "data").rglob("*") if path.is_file()]
    origin = verified.vkey.partition("+")[0]
    lines = {
        "Source-Organization": origin,
        "External-Identifier": f"{origin} {verified.size} {verified.root}",
        "External-Description": "Record of a ceasefire monitoring centre, with the programs that check it",
        "Payload-Oxum": f"{sum(sizes)}.{len(sizes)}",
        "Policy-SHA-256": _policy_digest(building),
    }
    return "".join(f"{name}: {value}\n" for name, value in lines.items())


def _guide(verified: Verified, building: Path) -> bytes:
    page = (package_files("trucewatch") / "data" / "bag" / GUIDE).read_text(encoding="utf-8")
    words = {
        "ORIGIN": verified.vkey.partition("+")[0],
        "SIZE": f"{verified.size:,}",
        "ROOT": verified.root,
        "POLICY": _policy_digest(building),
    }
    if not verified.rehearsal:
        page = _REHEARSAL.sub("", page)
    for name, value in words.items():
        page = page.replace(f"{{{name}}}", value)
    return page.encode()
