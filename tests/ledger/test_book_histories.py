"""Whatever happens at a centre, in whatever order: what was received is in the log once each, in the order of arrival."""

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from live_books import BOTH, CENTRE, NOON, cosigned, new_book, submission

from trucewatch.ledger import store
from trucewatch.ledger.book import Book, Submission, rebuild
from trucewatch.ledger.verify import Checkpoint, read_entry, verify

RANK = {"received": 0, "sequenced": 1, "witnessed": 2}
POOL = [submission(str(at), hidden={"place": str(at)} if at % 3 else {}) for at in range(12)]
PHOTOS = [b"photo %d" % at for at in range(4)]
MEMORY = (
    "/dev/shm" if Path("/dev/shm").is_dir() else None
)  # thousands of flushes: what they are for is tested elsewhere


class Centre(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp(prefix="book-", dir=MEMORY))
        self.folder = self.root / "centre"
        self.book = new_book(self.folder)
        self.arrived: list[str] = []
        self.reached: dict[str, int] = {}
        self.heads: list[Checkpoint] = []
        self.said = 0
        self.cosigners: dict[int, set[str]] = {}  # of the checkpoint of each size, as far as a centre need know
        self.witnessed = 0

    def teardown(self) -> None:
        self.beat(0)
        self.book.close()
        shutil.rmtree(self.root)

    def note(self, digests: list[str]) -> None:
        self.arrived += [d for d in dict.fromkeys(digests) if d not in self.arrived]

    @rule(at=st.integers(0, len(POOL) - 1))
    def receive(self, at):
        self.note([self.book.receive(POOL[at])])

    @rule(some=st.lists(st.integers(0, len(POOL) - 1), max_size=5))
    def receive_many(self, some):
        self.note(self.book.receive_many([POOL[at] for at in some]))

    @rule(at=st.integers(0, len(PHOTOS) - 1))
    def put_blob(self, at):
        self.book.put_blob(PHOTOS[at])

    @rule(some=st.sets(st.integers(0, len(PHOTOS) - 1), min_size=1))
    def receive_with_files(self, some):
        entry = submission(f"files {sorted(some)}", blobs=[self.book.put_blob(PHOTOS[at]) for at in some])
        self.note([self.book.receive(entry)])

    @rule()
    def say(self):
        self.said += 1
        self.note([self.book.say({"type": "status", "v": "2", "n": self.said}, {"why": "x"})])

    @rule(years=st.integers(-10, 10))
    def beat(self, years):
        head = self.book.beat(NOON + timedelta(days=365 * years))
        self.heads.append(head)
        found = verify(self.folder / "ledger")
        assert (found.size, found.root) == (head.size, head.root.hex())
        assert self.in_the_log() == self.arrived

    @precondition(lambda self: self.heads)
    @rule(at=st.integers(0, 10), who=st.sets(st.sampled_from(BOTH), min_size=1), time=st.integers(1, 5))
    def accept(self, at, who, time):
        head = self.heads[-1 - at % len(self.heads)]
        assert {c.witness for c in self.book.accept(cosigned(head, sorted(who), time))} == who
        self.cosigners.setdefault(head.size, set()).update(who)
        if self.cosigners[head.size] == set(BOTH):
            self.witnessed = max(self.witnessed, head.size)

    @rule()
    def open_again(self):
        self.book.close()
        self.book = Book.open(self.folder, CENTRE)

    @rule()
    def lose_the_database(self):
        root = self.book.checkpoint
        self.book.close()
        (self.folder / "centre.db").unlink()
        self.book = rebuild(self.folder, CENTRE)
        assert self.book.checkpoint == root
        newest = self.heads[-1].size if self.heads else 1  # of others, lines that are no quorum are lost
        self.cosigners = {size: who for size, who in self.cosigners.items() if size == newest}

    @invariant()
    def nobody_falls_back(self):
        for digest in self.arrived:
            standing = self.book.standing(digest)
            below = standing.index is not None and standing.index < self.witnessed
            assert (standing.state == "witnessed") == below
            rank = RANK[self.book.standing(digest).state]
            assert rank >= self.reached.get(digest, 0)
            self.reached[digest] = rank
        assert self.book.status().received == sum(rank == 0 for rank in map(self.reached.get, self.arrived))

    def in_the_log(self) -> list[str]:
        found = []
        for entry, disclosures in store.read_entries(self.folder / "ledger"):
            kind = read_entry(entry.split(b"\n\n")[0].rstrip(b"\n"))["type"]
            if kind not in {"charter", "beat"}:
                found.append(Submission(entry=entry, disclosures=tuple(disclosures)).digest)
        return found


TestHistories = Centre.TestCase
TestHistories.settings = settings(max_examples=20, stateful_step_count=20)
