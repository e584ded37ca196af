"""The division that is published, from the divisions that were weighed."""

import numpy as np

from trucewatch.assess.division import published, shares


def division(weighed):
    of = np.array([blocks for blocks, _ in weighed], dtype=np.int64)
    weight = np.log(np.array([chance for _, chance in weighed]))
    together = np.zeros((of.shape[1], of.shape[1]))
    shares(of, weight, len(of), together)
    block = np.zeros(of.shape[1], np.int64)
    published(of, len(of), together, block)
    return block.tolist()


def test_a_report_that_is_as_likely_of_either_of_two_others_is_joined_to_neither():
    either = [([1, 1, 2], 0.5), ([1, 2, 1], 0.5)]
    assert division(either) == division(either[::-1]) == [0, 1, 2]


def test_where_one_is_likelier_it_is_joined_to_that_one_in_any_order():
    unlike = [([1, 1, 2], 0.6), ([1, 2, 1], 0.4)]
    assert division(unlike) == division(unlike[::-1]) == [0, 0, 2]


def test_divisions_that_join_the_same_at_other_ends_are_one():
    assert division([([1, 1, 2], 0.45), ([2, 2, 1], 0.45), ([1, 2, 1], 0.10)]) == [0, 0, 2]
