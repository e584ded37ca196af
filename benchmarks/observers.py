"""What observers and their devices do on the whole way: seal, strip, hand in, type the commands well and badly."""

import hashlib
from collections.abc import Sequence

import planted
from leak_setting import ERASED, FREE_TEXT, METADATA, OPEN, QUARANTINED, SEALED, WITHHELD, Campaign, run

from trucewatch.ledger.courier import hand_in
from trucewatch.ledger.door import HttpDoor
from trucewatch.ledger.note import Key
from trucewatch.ledger.outbox import written
from trucewatch.ledger.seal import Sealed, seal_fields
from trucewatch.ledger.verify import parse_policy
from trucewatch.sandbox import Quarantined, strip


class Observers:
    """Observers' devices: what they seal, strip and hand in."""

    def __init__(self, campaign: Campaign, door: HttpDoor, device: Key, policy: bytes) -> None:
        self._campaign, self._door, self._device = campaign, door, device
        self._policy = parse_policy(policy)

    def record(
        self, files: Sequence[bytes], seals: Sequence[Sealed], *, is_open: bool = False, text: str = WITHHELD
    ) -> str:
        """Hand in an observation with a canary in its free text, and where asked one in an open field."""
        campaign = self._campaign
        own = {"type": "observation", "v": "2", "reader": "canonical"}
        own |= {"sealed": [seal.said() for seal in seals]} if seals else {}
        own |= {"remark": campaign.canaries.of(OPEN)} if is_open else {}
        hidden = {
            "00:source": "post 7",
            "01:phenomenon": "shelling",
            FREE_TEXT: f"he said {campaign.canaries.of(text)}",
        }
        brought = [*files, *(seal.data for seal in seals)]
        submission = written(own, hidden, brought, self._device, campaign.salts)
        named = dict(zip((_sha256(data) for data in brought), brought, strict=True))
        hand_in(self._door, self._policy, submission.digest, submission.wire, named.__getitem__)
        campaign.counts["records"] += 1
        return submission.digest

    def seals(self) -> None:
        """Hand in records with a witness, a source and an address sealed."""
        campaign = self._campaign
        for number in range(campaign.plan.seals):
            fields = {name: campaign.canaries.of(SEALED) for name in ("witness", "source", "address")}
            self.record([], [self._seal(fields, None)], is_open=number % 20 == 0)

    def pictures(self) -> None:
        """Hand in working copies of pictures, their originals sealed."""
        campaign = self._campaign
        for number in range(campaign.plan.pictures):
            make = planted.PICTURES[number % len(planted.PICTURES)]
            original = make(campaign.canaries.source(METADATA), campaign.chance)
            copy = strip(original)
            if isinstance(copy, Quarantined):
                raise SystemExit(f"{make.__name__}: {copy.reason.value}")
            self.record([copy], [self._seal({}, original)])

    def documents(self) -> None:
        """Hand in documents and archives, sealed as they are: there is no working copy of them."""
        campaign = self._campaign
        for number in range(campaign.plan.documents):
            make = planted.DOCUMENTS[number % len(planted.DOCUMENTS)]
            self.record([], [self._seal({}, make(campaign.canaries.source(METADATA), campaign.chance))])

    def damaged(self) -> None:
        """Hand in files cut short, in the clear: parsers refuse them, and the log must say so without their words."""
        campaign = self._campaign
        makers = (*planted.PICTURES, *planted.DOCUMENTS)
        for number in range(campaign.plan.damaged):
            data = makers[number % len(makers)](lambda: "a name", campaign.chance)
            self.record([data[: len(data) * 2 // 3] + campaign.canaries.of(QUARANTINED).encode()], [])

    def erasable(self) -> None:
        """Hand in records of which the free text and a file, both in the clear, are erased later."""
        campaign = self._campaign
        for _ in range(campaign.plan.erasures):
            data = f"a statement of {campaign.canaries.of(ERASED)}\n".encode()
            campaign.erasable.append((self.record([data], [], text=ERASED), _sha256(data)))

    def _seal(self, fields: dict[str, str], file: bytes | None) -> Sealed:
        return seal_fields(fields, file, self._campaign.recipients, self._campaign.salts)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def typed(campaign: Campaign, url: str) -> None:
    """Let people type the commands of sealing and sending, well and badly; keep all that is printed."""
    keys, work = campaign.folder / "keys", campaign.folder / "observer"
    to = [word for side in (0, 1) for word in (("--guarantor-a", "--guarantor-b")[side], campaign.recipients[side][0])]
    word = campaign.canaries.source(SEALED)
    for number in range(max(1, campaign.plan.rounds // 4)):
        original = work / f"{number}.jpg"
        original.write_bytes(planted.jpeg(campaign.canaries.source(METADATA), campaign.chance))
        seal, copy = work / f"{number}.age", work / f"{number}-copy.jpg"
        run(
            campaign, "seal", "witness", f"source={word()}", "--file", original, *to, "--out", seal, given=f"{word()}\n"
        )
        run(campaign, "strip", original, "--out", copy)
        form = ("--outbox", campaign.folder / "device", "--key", keys / "device", "--policy", keys / "policy")
        text = ("--cell", f"text={campaign.canaries.of(WITHHELD)}")
        run(campaign, "submit", url, *form, *text, "--file", copy, "--sealed", seal, codes=(0, 1))
        campaign.counts["records"] += 1
        run(campaign, "unseal", seal, "--identity", keys / "b.identity", "--out", work / "x", codes=(2,))
        run(campaign, "unseal", seal, "--identity", keys / "a.identity", "--out", work / f"{number}.under")
        run(campaign, "seal", f"witness={word()}", *to[:2], "--out", work / "y", codes=(2,))
        run(campaign, "seal", f"witness={word()}", f"witness={word()}", *to, "--out", work / "y", codes=(2,))
        run(campaign, "seal", f"имя={word()}", *to, "--out", work / "y", codes=(2,))
        (work / "broken.jpg").write_bytes(original.read_bytes()[:300])
        run(campaign, "strip", work / "broken.jpg", "--out", work / "z", codes=(2,))
