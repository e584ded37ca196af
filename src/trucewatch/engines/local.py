"""Kernels on this machine: one process, or several that each take whole slabs."""

from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

from trucewatch.engines.kernel import Batch, work


def run(kernel: str, slabs: Iterable[tuple[Batch, ...]], processes: int = 1) -> tuple[tuple[Batch, ...], ...]:
    """Return what the kernel makes of each slab, in the order of the slabs.

    Raises:
        ValueError: when fewer than one process is asked for, or no kernel has that name.

    """
    if processes < 1:
        raise ValueError(f"{processes} processes: at least one is needed")
    if processes == 1:
        return tuple(work(kernel, slab) for slab in slabs)
    # workers start anew: a forked one would inherit locks and whatever this process holds in memory
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        return tuple(pool.map(partial(work, kernel), slabs))
