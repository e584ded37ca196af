"""What is done to an approval, and what a passkey signs on a page that lies; see `approvals`."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from approved_log import (
    ALLOWED,
    IN_FORCE,
    NEW,
    ORDER_OF_P256,
    OTHER_HALF,
    SECOND,
    STRANGER,
    Draft,
    Said,
    b64,
    bare,
    from_b64,
    in_force,
    other_than,
)
from rich_logs import APPROVERS, PAGE, PASSKEYS, Passkey, approved

from trucewatch.ledger.statements import statement_challenge

# --- the approval ---------------------------------------------------------------------------------


def a_part_of_the_approval(draft: Draft) -> None:
    chance, given = draft.chance, draft.one().fields["approval"]
    name = chance.choice(list(given))
    raw = from_b64(given[name])
    at, bit = chance.randrange(len(raw)), 1 << chance.randrange(8)
    flipped = raw[:at] + bytes([raw[at] ^ bit]) + raw[at + 1 :]
    texts = [b64(each) for each in (flipped, flipped, raw[:at], raw[:at] + raw[at + 1 :], raw + b"\0", bytes(len(raw)))]
    odd = ["", given[name] + "=", given[name] + "A", given[name].swapcase(), 1, None, [given[name]], {"a": given[name]}]
    others = [each.fields["approval"][name] for each in draft.log if "approval" in each.fields]
    given[name] = other_than(chance, given[name], [*texts, *odd, *others, *given.values()])


def parts_of_the_approval(draft: Draft) -> None:
    given, name = draft.one().fields["approval"], draft.chance.choice(["credential", "client_data", "signature"])
    match draft.chance.randrange(3):
        case 0:
            del given[name]
        case 1:
            given[draft.chance.choice(["guarantor", "user_handle", "", "Signature"])] = draft.chance.choice(
                ["", "a", 1]
            )
        case 2:
            other = draft.chance.choice(sorted(given.keys() - {name}))
            given[name], given[other] = given[other], given[name]


def approvals_exchanged(draft: Draft) -> None:
    one, other = draft.chance.sample(draft.by_staff(), 2)
    first, second = draft.log[one].fields, draft.log[other].fields
    first["approval"], second["approval"] = second["approval"], first["approval"]


def approval_of_another(draft: Draft) -> None:
    keys = [STRANGER, *APPROVERS.values(), *PASSKEYS.values(), SECOND, NEW]
    entry = draft.one()
    key = other_than(
        draft.chance, None, [each for each in keys if each.public().id != entry.fields["approval"]["credential"]]
    )
    entry.fields = approved(bare(entry.fields), key)
    if draft.chance.random() < 0.5:  # under the name of the passkey that should have been it
        entry.fields["approval"]["credential"] = PASSKEYS[entry.fields["who"]].public().id
    at = next(at for at, each in enumerate(draft.log) if each is entry)
    is_theirs = key.public().id in in_force(draft.log, at).get(entry.fields["who"], set())
    if is_theirs and entry.fields["approval"]["credential"] == key.public().id:
        draft.harmless = IN_FORCE


def the_other_signature(draft: Draft) -> None:
    """Replace s by the order less s, which holds as well; or write the right one in a form that DER does not have."""
    es256 = [
        draft.log[at] for at in draft.by_staff() if from_b64(draft.log[at].fields["approval"]["signature"])[0] == 0x30
    ]
    given = draft.chance.choice([each for each in es256 if _numbers(each)]).fields["approval"]
    old = from_b64(given["signature"])
    r, s = _numbers_of(old)
    forms = {
        _der(_int(r) + _int(ORDER_OF_P256 - s)): OTHER_HALF,
        _der(_int(r) + _int(s + ORDER_OF_P256)): None,
        _der(_int(r, 1) + _int(s)): None,
        _der(_int(r) + _int(s) + b"\0"): None,
        old + b"\0": None,
        b"\x30\x81" + old[1:]: None,
        _der(_int(0) + _int(0)): None,
        _der(_int(r) + _int(0)): None,
        r.to_bytes(32, "big") + s.to_bytes(32, "big"): None,
    }
    new, draft.harmless = draft.chance.choice(list(forms.items()))
    given["signature"] = b64(new)


def _numbers(each: Said) -> bool:
    return len(from_b64(each.fields["approval"]["signature"])) >= 68


def _numbers_of(signature: bytes) -> tuple[int, int]:
    middle = 4 + signature[3]
    return int.from_bytes(signature[4:middle], "big"), int.from_bytes(signature[middle + 2 :], "big")


def _int(number: int, more: int = 0) -> bytes:
    data = bytes(more) + number.to_bytes(number.bit_length() // 8 + 1, "big")
    return bytes([2, len(data)]) + data


def _der(inner: bytes) -> bytes:
    return bytes([0x30, len(inner)]) + inner


# --- assertions that the right passkey signs, on a page that lies ---------------------------------------


def _assertion(key: Passkey, client: bytes, data: bytes) -> dict[str, str]:
    signature = key.sign(data + hashlib.sha256(client).digest())
    parts = {"authenticator_data": data, "client_data": client, "signature": signature}
    return {"credential": key.public().id, **{name: b64(part) for name, part in parts.items()}}


def _client(entry: Mapping[str, Any], **other: Any) -> bytes:
    own = {"type": "webauthn.get", "challenge": b64(statement_challenge(entry)), "origin": f"https://{PAGE}"}
    fields = {**own, "crossOrigin": False, **other}
    return json.dumps({name: value for name, value in fields.items() if value != "absent"}).encode()


HASHED = hashlib.sha256(PAGE.encode()).digest()
UP_UV, COUNTER = b"\x05", bytes(4)
DATA = {
    HASHED + UP_UV + b"\xff" * 4: ALLOWED,
    HASHED + b"\x1d" + COUNTER: ALLOWED,  # the passkey may be backed up, and is
    HASHED + b"\x85" + COUNTER + b"\xa0": ALLOWED,  # with extensions, an empty map
    HASHED + b"\x01" + COUNTER: None,
    HASHED + b"\x04" + COUNTER: None,
    HASHED + b"\x00" + COUNTER: None,
    HASHED + b"\x45" + COUNTER: None,
    HASHED + UP_UV + COUNTER + b"\0": None,
    HASHED + UP_UV + COUNTER[1:]: None,
    HASHED: None,
    b"": None,
    hashlib.sha256(b"elsewhere.example").digest() + UP_UV + COUNTER: None,
    hashlib.sha256(f"x.{PAGE}".encode()).digest() + UP_UV + COUNTER: None,
}
CLIENT: tuple[tuple[dict[str, Any], str | None], ...] = (
    ({"crossOrigin": "absent"}, ALLOWED),
    ({"origin": f"https://{PAGE}:8443"}, ALLOWED),
    ({"origin": f"https://room.{PAGE}"}, ALLOWED),
    ({"other_keys_can_be_added_here": "do not compare"}, ALLOWED),
    ({"crossOrigin": True}, None),
    ({"crossOrigin": None}, None),
    ({"crossOrigin": 0}, None),
    ({"crossOrigin": "false"}, None),
    ({"type": "webauthn.create"}, None),
    ({"type": "absent"}, None),
    ({"type": ["webauthn.get"]}, None),
    ({"origin": "absent"}, None),
    ({"origin": f"http://{PAGE}"}, None),
    ({"origin": f"https://x{PAGE}"}, None),
    ({"origin": f"https://{PAGE}.elsewhere.example"}, None),
    ({"origin": f"https://elsewhere.example/{PAGE}"}, None),
    ({"origin": f"https://elsewhere.example#.{PAGE}"}, None),
    ({"origin": f"https://{PAGE}\n"}, None),
    ({"origin": f"https://{PAGE.upper()}"}, None),
    ({"origin": "http://localhost"}, None),
    ({"origin": [f"https://{PAGE}"]}, None),
    ({"challenge": "absent"}, None),
    ({"challenge": ""}, None),
    ({"challenge": None}, None),
    ({"challenge": b64(hashlib.sha256(b"other words").digest())}, None),
)


def what_a_lying_page_gets(draft: Draft) -> None:
    chance, at = draft.chance, draft.chance.choice([2, 3, 4, 6, 8, 10, 12])
    entry = draft.log[at]
    said, key = bare(entry.fields), PASSKEYS[entry.fields["who"]]
    client, data = _client(said), HASHED + UP_UV + COUNTER
    match chance.randrange(3):
        case 0:
            data, draft.harmless = chance.choice(list(DATA.items()))
        case 1:
            other, draft.harmless = chance.choice(CLIENT)
            client = _client(said, **other)
        case 2:
            client = chance.choice(_malformed(said))
    entry.fields["approval"] = _assertion(key, client, data)


def _malformed(said: Mapping[str, Any]) -> tuple[bytes, ...]:
    good, challenge = _client(said), b64(statement_challenge(said))
    twice = good[:-1] + b', "type": "webauthn.get"}'
    padded = (good.replace(challenge.encode(), challenge.encode() + more) for more in (b"=", b"A", b" "))
    hexed = good.replace(challenge.encode(), statement_challenge(said).hex().encode())
    return (twice, *padded, hexed, good[:-1], b"", b"null", b"[]", b"[" + good + b"]", good + b"\xff", b"[" * 100_000)
