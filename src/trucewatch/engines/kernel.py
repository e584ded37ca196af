"""A kernel by its name: what a worker in another process imports."""

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import Any

Batch = Any  # a pyarrow.RecordBatch; the in-process engine asks nothing of it
Kernel = Callable[[Iterator[Batch]], Iterable[Batch]]


def kernel_named(name: str) -> Kernel:
    """Return the function that "package.module:function" names.

    Raises:
        ValueError: when there is none of that name.

    """
    module, _, function = name.partition(":")
    try:
        found: Kernel = getattr(import_module(module), function)
    except (ImportError, AttributeError, ValueError) as error:
        raise ValueError(f"no kernel is called {name!r}: {error}") from None
    return found


def work(name: str, slab: tuple[Batch, ...]) -> tuple[Batch, ...]:
    """Return what a kernel makes of one slab; a function of a module, so that other processes find it."""
    return tuple(kernel_named(name)(iter(slab)))
