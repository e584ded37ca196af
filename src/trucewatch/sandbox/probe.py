"""In the child: do what a taken-over parser would do, so that the tests and an operator see what stops it.

Each attempt goes past Python to the C library where the kernel is what must refuse. `python -m trucewatch.sandbox`
runs them on this machine.
"""

import ctypes
import errno
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from typing import Any

_LIBC = ctypes.CDLL(None, use_errno=True)  # loaded now: the audit hook refuses it later
_CALL = _LIBC.syscall
_AT_FDCWD, _READ_ONLY, _CREATE = -100, 0, 0o101
_MMAP, _OPENAT, _SOCKET, _CLONE, _EXECVE, _KILL = 9, 257, 41, 56, 59, 62  # x86-64


def _refused(result: int) -> dict[str, Any]:
    """Say what the kernel made of a call: telemetry is the number of calls that it let through."""
    refused = result == -1 and ctypes.get_errno() in {errno.EPERM, errno.EACCES, errno.EMFILE, errno.EAGAIN}
    return _counted(0 if refused else 1)


def _counted(allowed: int) -> dict[str, Any]:
    return {"kind": "packets", "facts": {"packets": 1, "telemetry": allowed, "right": 0, "wrong": 0}}


def _raised(act: Callable[[], object]) -> dict[str, Any]:
    try:
        act()
    except OSError:
        return _counted(0)
    return _counted(1)


def _reach() -> dict[str, Any]:
    """Send one datagram to where this machine's loopback listens, if it is up."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.sendto(b"x", ("127.0.0.1", 9))
    return _counted(1)


def _spin() -> dict[str, Any]:
    while True:
        pass


def _grow() -> dict[str, Any]:
    held = []
    while True:
        held.append(bytearray(1 << 24))


def _flood() -> dict[str, Any]:
    while True:
        os.write(1, bytes(1 << 20))


def _lie() -> dict[str, Any]:
    return {"kind": "picture", "facts": {"format": "a name", "width": -1}}


def _deep() -> dict[str, Any]:
    os.write(1, b"[" * 4_000)
    return _counted(0)


def _crash() -> dict[str, Any]:
    ctypes.string_at(8)
    return _counted(1)


# Python itself sets LC_CTYPE in an empty environment (PEP 538).
ATTEMPTS: dict[bytes, Callable[[], dict[str, Any]]] = {
    b"open a file": lambda: _raised(lambda: open("/etc/passwd", "rb")),  # noqa: SIM115, PTH123
    b"open a socket": lambda: _raised(socket.socket),
    b"start a program": lambda: _raised(lambda: subprocess.Popen(["/bin/true"])),
    b"open a file past Python": lambda: _refused(_CALL(_OPENAT, _AT_FDCWD, b"/etc/passwd", _READ_ONLY)),
    b"make a file past Python": lambda: _refused(_CALL(_OPENAT, _AT_FDCWD, b"made", _CREATE, 0o600)),
    b"fork past Python": lambda: _refused(_CALL(_CLONE, 17, 0, 0, 0, 0)),
    b"open a socket past Python": lambda: _refused(_CALL(_SOCKET, 2, 1, 0)),
    b"start a program past Python": lambda: _refused(_CALL(_EXECVE, b"/bin/true", None, None)),
    b"signal the parent": lambda: _refused(_CALL(_KILL, os.getppid(), 0)),
    b"reach the network": _reach,
    b"make memory executable": lambda: _refused(_CALL(_MMAP, 0, 4_096, 7, 0x22, -1, 0)),
    b"spin": _spin,
    b"grow": _grow,
    b"flood": _flood,
    b"lie": _lie,
    b"deep": _deep,
    b"crash": _crash,
    b"name the environment": lambda: _counted(len(os.environ.keys() - {"LC_CTYPE"})),
    b"name the folder": lambda: _raised(lambda: os.scandir(".")),
    b"exit": lambda: sys.exit(0),
}


def look(data: bytes) -> dict[str, Any]:
    """Do what the bytes name."""
    return ATTEMPTS[data]()
