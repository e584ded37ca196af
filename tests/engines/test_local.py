import pytest

from trucewatch.engines import local


def test_two_processes_give_what_one_gives_in_the_order_of_the_slabs():
    slabs = [tuple(range(n, n + 3)) for n in range(12)]
    alone = local.run("builtins:sorted", slabs)
    assert alone == tuple(slabs)
    assert local.run("builtins:sorted", slabs, processes=2) == alone


@pytest.mark.parametrize("name", ["builtins:nothing", "no.such.module:f", "builtins", ""])
def test_a_kernel_that_nobody_has_is_said(name):
    with pytest.raises(ValueError, match="no kernel"):
        local.run(name, [(1,)])
    with pytest.raises(ValueError, match="at least one"):
        local.run("builtins:sorted", [], processes=0)
