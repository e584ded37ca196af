"""The child confines itself, for good, before it reads a stranger's byte. Linux only.

Five layers, each where the machine has it; `REQUIRED` and `NETWORK` say without which nothing is parsed:

- `limits`: rlimits for memory, processor time, sizes of files, open files, processes and core dumps;
- `namespace`: user, network and IPC namespaces of its own: no interface but a loopback that is down;
- `landlock`: no file can be opened, made or removed, no TCP port bound or connected to, no process outside signalled;
- `seccomp`: of the kernel's calls only those that reading, reckoning and writing the answer need (x86-64 only);
- `audit`: Python itself refuses to open files, sockets and processes: the weakest, since foreign code goes around it.

The parent does none of it: between fork and exec a program with threads can do little that is safe.
"""

import ctypes
import platform
import resource
import struct
import sys
from collections.abc import Iterable

REQUIRED = frozenset({"limits", "audit"})
NETWORK = frozenset({"namespace", "seccomp"})  # one of them must be there: each alone refuses any network

_LIBC = ctypes.CDLL(None, use_errno=True)

# The numbers that follow are those of Linux's own headers: prctl.h and sched.h of include/uapi/linux,
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38
_SIGKILL = 9
_NAMESPACES = 0x10000000 | 0x40000000 | 0x08000000  # CLONE_NEWUSER, CLONE_NEWNET, CLONE_NEWIPC

# landlock.h, where the numbers of the calls are the same on every architecture
_LANDLOCK_CREATE, _LANDLOCK_RESTRICT = 444, 446
_FILES_BY_ABI = {1: 0x1FFF, 2: 0x3FFF, 3: 0x7FFF, 4: 0x7FFF}  # what an ABI can refuse of files; from 5 on 0xFFFF
_TCP, _SCOPES = 0x3, 0x3  # bind and connect, from ABI 4 on; abstract sockets and signals, from ABI 6 on

# and seccomp.h, filter.h and audit.h.
_FILTER = 2  # SECCOMP_MODE_FILTER
_KILL, _REFUSE, _ALLOW = 0x80000000, 0x00050000 | 1, 0x7FFF0000  # KILL_PROCESS, ERRNO with EPERM, ALLOW
_LOAD, _EQUAL, _ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06  # BPF: ld [k], jeq, jset, ret
_NUMBER_AT, _ARCHITECTURE_AT, _THIRD_ARGUMENT_AT = 0, 4, 32  # offsets in struct seccomp_data
_X86_64 = 0xC000003E  # AUDIT_ARCH_X86_64
_PROT_EXEC = 4
_MMAP, _MPROTECT = 9, 10  # allowed, but not to make memory executable
_ALLOWED = (
    *(0, 1, 3, 5, 8, 11, 12),  # read, write, close, fstat, lseek, munmap, brk
    *(13, 14, 15, 17, 20, 24, 25, 28),  # rt_sig{action,procmask,return}, pread64, writev, sched_yield, mremap, madvise
    *(39, 60, 96, 131, 186, 202, 219),  # getpid, exit, gettimeofday, sigaltstack, gettid, futex, restart_syscall
    *(228, 231, 318, 334),  # clock_gettime, exit_group, getrandom, rseq
)
_FATAL = (  # what a parser has no use for: the child dies at once, and the file's reason says so
    *(41, 42, 49, 53, 57, 58, 59, 62),  # socket, connect, bind, socketpair, fork, vfork, execve, kill
    *(101, 165, 272, 310, 311, 321, 322, 425),  # ptrace, mount, unshare, process_vm_*, bpf, execveat, io_uring_setup
)

_REFUSED_EVENTS = ("open", "socket.", "subprocess.", "os.", "ctypes.dlopen", "shutil.", "tempfile.", "urllib.", "mmap.")


def limit(*, memory_bytes: int, cpu_s: int, answer_bytes: int) -> None:
    """Set the limits that hold from the first moment, parsers' own start included."""
    for what, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_FSIZE, answer_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),  # root is exempt from this one; seccomp is what stops it then
        (resource.RLIMIT_MEMLOCK, 0),
    ):
        resource.setrlimit(what, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 1))
    _prctl(_PR_SET_PDEATHSIG, _SIGKILL)
    _prctl(_PR_SET_DUMPABLE, 0)


def isolate() -> bool:
    """Enter namespaces without a network; False where the kernel or a container does not let us."""
    return bool(_LIBC.unshare(_NAMESPACES) == 0)


def confine() -> tuple[str, ...]:
    """Give up everything that a parser does not need, after the parsers are loaded; return the layers that hold."""
    layers = ["limits"]
    if _prctl(_PR_SET_NO_NEW_PRIVS, 1):
        layers += ["landlock"] if _landlock() else []
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))  # stdin, stdout, stderr are open; nothing else can be
    layers += ["seccomp"] if _seccomp(_program()) else []
    sys.addaudithook(_refuse)
    return (*layers, "audit")


def suffices(layers: Iterable[str]) -> bool:
    """Tell whether these layers are enough to parse a stranger's file under."""
    held = frozenset(layers)
    return held >= REQUIRED and bool(held & NETWORK)


def _prctl(option: int, value: int) -> bool:
    return bool(_LIBC.prctl(option, ctypes.c_ulong(value), 0, 0, 0) == 0)


def _landlock() -> bool:
    """Refuse every access that this kernel's Landlock knows of; a ruleset without rules allows nothing."""
    abi = _LIBC.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), 1)  # LANDLOCK_CREATE_RULESET_VERSION
    if abi < 1:
        return False
    files = _FILES_BY_ABI.get(abi, 0xFFFF)
    attributes = struct.pack("QQQ", files, _TCP if abi >= 4 else 0, _SCOPES if abi >= 6 else 0)
    attributes = attributes[: 24 if abi >= 6 else 16 if abi >= 4 else 8]
    ruleset = _LIBC.syscall(_LANDLOCK_CREATE, attributes, ctypes.c_size_t(len(attributes)), 0)
    if ruleset < 0:
        return False
    held = _LIBC.syscall(_LANDLOCK_RESTRICT, ruleset, 0)
    _LIBC.close(ruleset)
    return bool(held == 0)


def _step(code: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
    return struct.pack("HBBI", code, then, otherwise, value)


def _program() -> bytes:
    """Return the filter: refuse by default, end the child for what is fatal, allow what is listed."""
    steps = [
        _step(_LOAD, _ARCHITECTURE_AT),
        _step(_EQUAL, _X86_64, 1, 0),
        _step(_RETURN, _KILL),
        _step(_LOAD, _NUMBER_AT),
    ]
    for number in (_MMAP, _MPROTECT):
        steps += [
            _step(_EQUAL, number, 0, 4),
            _step(_LOAD, _THIRD_ARGUMENT_AT),
            _step(_ANY_BIT, _PROT_EXEC, 0, 1),
            _step(_RETURN, _REFUSE),
            _step(_RETURN, _ALLOW),
        ]
    for numbers, answer in ((_ALLOWED, _ALLOW), (_FATAL, _KILL)):
        for number in numbers:
            steps += [_step(_EQUAL, number, 0, 1), _step(_RETURN, answer)]
    steps.append(_step(_RETURN, _REFUSE))  # also every number of the x32 kind, which has a bit of its own
    return b"".join(steps)


def _seccomp(program: bytes) -> bool:
    if platform.machine() != "x86_64" or struct.calcsize("P") != 8:
        return False  # the table of numbers is this architecture's; the other layers have to do elsewhere
    held = ctypes.create_string_buffer(program, len(program))
    filters = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(held))
    return bool(_LIBC.prctl(_PR_SET_SECCOMP, ctypes.c_ulong(_FILTER), filters, 0, 0) == 0)


def _refuse(event: str, _: tuple[object, ...]) -> None:
    if event.startswith(_REFUSED_EVENTS):
        raise PermissionError("a parser in the sandbox may not do this")
