"""A bag is whole, says the same to a third program, and shows whatever is done to it."""

import html.parser
import re
import subprocess
import sys

import bagit
import pytest
from ledgers import CENTRE, KEY, honest, lay

from trucewatch.ledger.bag import GUIDE, RECORD, VERIFIERS, bag
from trucewatch.ledger.verify import VerificationError, verify


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bag")
    bag(lay(folder / "source", honest(300, CENTRE)), folder / "bag")
    return folder / "bag"


def test_the_library_of_congress_calls_it_a_valid_bag(packed):
    bagit.Bag(str(packed)).validate()


def test_the_verifier_in_the_bag_checks_the_record_in_it_alone(packed):
    command = [sys.executable, "-I", packed / VERIFIERS / "verify.py", packed / RECORD]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=packed)
    assert done.returncode == 0
    assert "VERIFIED. This does not prove:" in done.stdout
    assert verify(packed / RECORD).root in done.stdout


def test_both_verifiers_are_in_it_as_they_stand_in_the_source(packed):
    kinds = {path.suffix for path in (packed / VERIFIERS).iterdir()}
    assert kinds == {".py", ".go"}


def test_a_log_alone_is_packed_too(tmp_path):
    source = lay(tmp_path / "source", honest(300, CENTRE)) / "ledger"
    assert bag(source, tmp_path / "bag").files == ()
    assert verify(tmp_path / "bag" / RECORD).size == 300


def test_the_same_record_gives_the_same_bag(packed, tmp_path):
    bag(lay(tmp_path / "source", honest(300, CENTRE)), tmp_path / "bag")
    again = {p.relative_to(tmp_path / "bag"): p.read_bytes() for p in (tmp_path / "bag").rglob("*") if p.is_file()}
    assert again == {p.relative_to(packed): p.read_bytes() for p in packed.rglob("*") if p.is_file()}


def test_what_does_not_verify_is_not_packed(tmp_path):
    source = lay(tmp_path / "source", honest(300) | {"report.html": b"another"})
    with pytest.raises(VerificationError, match=r"report\.html"):
        bag(source, tmp_path / "bag")
    assert not (tmp_path / "bag").exists()


def test_a_bag_is_never_written_over(packed, tmp_path):
    with pytest.raises(FileExistsError, match="never written over"):
        bag(lay(tmp_path / "source", honest(2)), packed)


class Words(html.parser.HTMLParser):
    """What a page says and what it asks for."""

    def __init__(self, page):
        super().__init__()
        self.words, self.asks = "", []
        self.feed(page)

    def handle_data(self, data):
        self.words += data

    def handle_starttag(self, tag, attrs):
        self.asks += [value for name, value in attrs if name in {"src", "href"}]


def test_the_guide_states_what_the_verifier_prints_and_asks_for_nothing(packed):
    guide = Words((packed / GUIDE).read_text(encoding="utf-8"))
    verified = verify(packed / RECORD)
    assert verified.root in guide.words.replace(" ", "").replace("\n", "")
    assert f"{verified.size:,} entries" in guide.words
    assert guide.asks == []
    assert "{" not in guide.words.split("}")[-1]


def test_every_verdict_that_the_guide_explains_is_one_that_the_program_prints(packed):
    explained = re.findall(r"<strong>([A-Z ,]+)", (packed / GUIDE).read_text(encoding="utf-8"))
    program = (packed / VERIFIERS / "verify.py").read_text(encoding="utf-8")
    assert len(explained) >= 5
    assert [verdict for verdict in explained if verdict not in program] == []


@pytest.mark.parametrize(("key", "shown"), [(KEY, True), (CENTRE, False)])
def test_the_guide_says_of_a_rehearsal_that_it_is_one(tmp_path, key, shown):
    bag(lay(tmp_path / "source", honest(3, key)), tmp_path / "bag")
    guide = Words((tmp_path / "bag" / GUIDE).read_text(encoding="utf-8"))
    assert ("This is a rehearsal" in guide.words) is shown
