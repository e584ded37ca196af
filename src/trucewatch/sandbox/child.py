"""The child: confine itself, read one file from stdin, say one line of JSON. Started by `run`, never imported by it.

The first line of stdout says which layers hold and is written before the file's first byte is read; the second is
the answer: {"kind", "media_type", "facts"} or {"reason"}, or for a working copy {"copy": its size} and then its bytes.
"""

import json
import os
import sys
import warnings
from collections.abc import Callable
from importlib import import_module
from typing import Any

from trucewatch.sandbox.confine import confine, isolate, limit, suffices
from trucewatch.sandbox.findings import Reason
from trucewatch.sandbox.refusals import RefusedError

# What parsers look up only when a file asks for it, and could not load any more once the child is confined.
ENCODINGS = ("ascii", "cp437", "cp1251", "cp1252", "iso8859-2", "iso8859-5", "koi8-r", "utf-8-sig", "utf-16", "utf-32")


def main(task: str, memory_bytes: str, cpu_s: str, answer_bytes: str) -> None:
    """Do the task, which is the name of a module here with a function `look`, and end the process."""
    isolated = isolate()
    limit(memory_bytes=int(memory_bytes), cpu_s=int(cpu_s), answer_bytes=int(answer_bytes))
    look = import_module(f"trucewatch.sandbox.{task}").look
    for name in ENCODINGS:
        "".encode(name).decode(name)
    warnings.simplefilter("ignore")
    layers = (*confine(), *(["namespace"] if isolated else []))
    _say(json.dumps(sorted(layers)).encode() + b"\n")
    if suffices(layers):
        _say(_answer(look))
    else:
        _say(_refused(Reason.UNCONFINED))
    os._exit(0)  # nothing is torn down: a destructor may hang or die of what it holds


def _say(data: bytes) -> None:
    while data:
        data = data[os.write(1, data) :]


def _refused(reason: Reason) -> bytes:
    return json.dumps({"reason": reason.name}).encode()


def _answer(look: Callable[[bytes], bytes | dict[str, Any]]) -> bytes:
    try:
        found = look(sys.stdin.buffer.read())
        if isinstance(found, bytes):
            return json.dumps({"copy": len(found)}).encode() + b"\n" + found
        return json.dumps(found).encode()
    except RefusedError as error:
        return _refused(error.reason)
    except MemoryError:
        return _refused(Reason.MEMORY)
    except Exception:  # noqa: BLE001 - whatever a parser raises means the same: it could not read the file
        return _refused(Reason.BROKEN)
