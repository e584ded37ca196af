"""The division that is published, from the divisions that were weighed."""

import numpy as np

from trucewatch.assess.division import published, replaced, shares


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


def test_what_a_vague_report_could_become_is_taken_from_when_it_was_placed():
    together = np.array([[0.1, 0.9, 1.0], [0.9, 0.1, 0.9], [1.0, 0.9, 0.0]])
    placed = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.5, 0.3, 0.2]])
    replaced(placed, np.array([False, False, True]), np.array([0, 1, 2]), together)
    assert together.tolist() == [[0.1, 0.9, 0.5], [0.9, 0.1, 0.3], [0.5, 0.3, 0.2]]


def test_a_vague_report_is_alone_where_it_begins_and_nobody_joins_it():
    together = np.zeros((3, 3))
    placed = np.array([[0.0, 0.0, 0.0], [0.2, 0.8, 0.0], [0.1, 0.4, 0.5]])
    replaced(placed, np.array([False, True, True]), np.array([0, 1, 2]), together)
    assert np.allclose(np.diag(together), [0.0, 0.8 * (1 - 0.4 / 0.8), 0.5])


def test_who_is_sharp_is_no_surer_alone_than_the_vague_ones_leave_open():
    together = np.array([[0.9, 0.0], [0.0, 0.1]])
    replaced(np.array([[1.0, 0.0], [0.7, 0.3]]), np.array([False, True]), np.array([0, 1]), together)
    assert np.allclose(together, [[0.3, 0.7], [0.7, 0.3]])
