"""One run of atheris over one target: `python -m benchmarks.fuzz.one GROUP TARGET FOLDER SECONDS SEED`, by `run`.

The harness catches what a target raises and keeps the input, so that one fault does not end the run and hide the
others; what ends it are a hang of five seconds, memory of 2 GB, and a crash of the interpreter itself.
"""

import hashlib
import re
import sys
import traceback
import warnings
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

import atheris
from benchmarks.fuzz.faults import signature
from benchmarks.fuzz.tally import Tally

LONGEST = 16_384  # bytes of an input: more only makes runs slower
HANG_S = 5
MOST_MB = 2_048  # with atheris and all libraries in one process; the child of the product has 768
MOST_WORDS = 400
WORD = re.compile(rb"[A-Za-z0-9_.:+-]{3,30}")


def dictionary(seeds: Iterable[bytes]) -> str:
    """Return the words of the seeds in libFuzzer's form of a dictionary."""
    words = dict.fromkeys(word for seed in seeds for word in WORD.findall(seed[:20_000]))
    return "".join(f'"{word.decode()}"\n' for word in list(words)[:MOST_WORDS])


# Beside our own code, what of Python's library reads the bytes and is itself in Python.
INSTRUMENTED = ("trucewatch", "tomllib", "zipfile", "tarfile", "csv")


def main(group: str, name: str, folder: str, seconds: str, seed: str) -> None:
    """Fuzz one target for so many seconds; inputs with faults are kept in FOLDER/faults, one for each kind."""
    with atheris.instrument_imports(include=INSTRUMENTED):
        targets = import_module(f"benchmarks.fuzz.{group}").TARGETS
    check, made = {each[0]: each[1:] for each in targets}[name]
    home = Path(folder)
    corpus, faults = home / "corpus", home / "faults"
    for each in (corpus, faults):
        each.mkdir(parents=True, exist_ok=True)
    seeds = [data[:LONGEST] for data in made()]
    for data in seeds:
        (corpus / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)
    words = dictionary(seeds)
    (home / "words").write_text(words)
    warnings.simplefilter("ignore")
    tally, known = Tally(home / "tally", new=True), set()

    def once(data: bytes) -> None:
        try:
            tally.add(taken=check(data))
        except Exception as error:  # noqa: BLE001 - this is what is looked for
            tally.add(fault=True)
            kind = signature(error)
            if kind not in known:
                known.add(kind)
                at = faults / hashlib.sha256(kind.encode()).hexdigest()[:12]
                at.write_bytes(data)
                at.with_suffix(".txt").write_text(kind + "\n" + traceback.format_exc())

    options = [
        f"-max_total_time={seconds}",
        f"-timeout={HANG_S}",
        f"-rss_limit_mb={MOST_MB}",
        f"-max_len={LONGEST}",
        f"-seed={seed}",
        *([f"-dict={home / 'words'}"] if words else []),  # an empty one is an error
        f"-artifact_prefix={faults}/",
        "-verbosity=0",
        "-print_final_stats=1",
        "-reload=0",
    ]
    atheris.Setup([sys.argv[0], *options, str(corpus)], once)
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
