"""A disk that is full, fails to flush or is read-only for a while, at any moment; short forms of `other_faults.py`."""

from collections.abc import Iterator

import pytest
from faults.promises import Scratch
from faults.refusals import FAILING, FULL, READ_ONLY, TriesAgain, at_every_act, refused_at
from faults.traffic import a_clock_that_jumps, a_mirror_away, over_a_bad_line
from sigkill import one_life


@pytest.fixture(scope="module")
def scratch() -> Iterator[Scratch]:
    made = Scratch()
    yield made
    made.close()


@pytest.mark.parametrize(("refusal", "every"), [(FULL, 71), (FAILING, 43), (READ_ONLY, 97)])
def test_nothing_is_lost_and_no_other_error_is_seen_when_the_disk_refuses(refusal, every, scratch):
    tried = list(at_every_act("15", refusal, scratch, every))
    assert [line for _, _, broken in tried for line in broken] == []
    assert all(refused and promised for refused, promised, _ in tried)


def test_control_with_a_failed_flush_tried_again_a_file_is_lost(scratch):
    assert any(refused_at("15", FAILING, first, 1, scratch, TriesAgain)[2] for first in range(80, 140))


def test_what_comes_twice_late_or_cut_short_over_a_bad_line_is_in_the_log_once(scratch):
    line, wrong = over_a_bad_line(120, "line", scratch)
    assert wrong == []
    assert line.refused == line.cut
    assert min(line.repeated, line.late, line.cut) > 5


def test_clocks_that_are_ten_years_off_are_no_reason_to_refuse(scratch):
    assert a_clock_that_jumps(6, "clock", scratch) == (6, 13)


def test_a_mirror_that_was_away_follows_in_one_step(scratch):
    size, taken, witnessed = a_mirror_away(65, scratch)
    assert witnessed == size
    assert taken > 64


def test_processes_that_are_killed_break_no_promise(tmp_path):
    assert one_life("test", 3, str(tmp_path)).broken == []
