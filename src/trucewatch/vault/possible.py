"""What is possible by a copy of the log that somebody has: whose approval counts, who speaks, what an act may name."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trucewatch.ledger.acts import Appointed, Guarantor
    from trucewatch.ledger.law import Law


def log_of(ledger: Path) -> "tuple[Appointed, list[tuple[dict[str, Any], frozenset[str]]]]":
    """Return whose approval counts in a log that verifies, and of each entry its object and the names that it shows."""
    from trucewatch.ledger.acts import appointed
    from trucewatch.ledger.store import read_entries
    from trucewatch.ledger.submission import fields_of
    from trucewatch.ledger.verify import disclosed, verify

    verify(ledger)
    log = ledger if (ledger / "checkpoint").is_file() else ledger / "ledger"
    read = [(fields_of(entry), shown) for entry, shown in read_entries(log)]
    entries = [(fields, frozenset(disclosed(fields, shown))) for fields, shown in read]
    return appointed(fields for fields, _ in entries), entries


def law_of(ledger: Path) -> "Law":
    """Return what holds at the end of a log that verifies: its charter, as acts have changed it."""
    from trucewatch.ledger import law
    from trucewatch.ledger.store import read_entries
    from trucewatch.ledger.submission import fields_of
    from trucewatch.ledger.verify import verify

    verify(ledger)
    log = ledger if (ledger / "checkpoint").is_file() else ledger / "ledger"
    charter, *rest = (fields_of(entry) for entry, _ in read_entries(log))
    return law.folded(law.begun(charter), rest)


def check_wanted(kind: str, given: Mapping[str, Any], needed: Sequence[str]) -> None:
    """Raise ValueError for an option that this kind of act does not take, or one that it lacks."""
    lists = {"fields", "blobs", "authors", "passkeys", "staff"}
    options = {"fields": "--field", "blobs": "--blob", "authors": "--author", "passkeys": "--passkey"}
    for name, value in given.items():
        option = options.get(name, f"--{name}")
        if name not in needed and value not in (None, []):
            raise ValueError(f"an act to {kind} takes no {option}")
        if name in needed and name not in lists and value is None:
            raise ValueError(f"an act to {kind} needs {option}")


def check_possible(made: Mapping[str, Any], entries: Sequence[tuple[Mapping[str, Any], frozenset[str]]]) -> None:
    """Raise ValueError where an act names what is not there, or stands in the log already."""
    if any(fields["type"] == "act" and fields["act"] == made for fields, _ in entries):
        raise ValueError("this act stands in the log already")
    if made["kind"] == "appoint":
        _check_appointed(made, [fields for fields, _ in entries])
    if made["kind"] == "policy":
        _check_policy(made, [fields for fields, _ in entries])
    from trucewatch.ledger.submission import sealed_in

    at = made.get("entry")
    if at is None:
        return
    if at >= len(entries):
        raise ValueError(f"the log has {len(entries)} entries, and no entry {at}")
    fields, shown = entries[at]
    if missing := sorted(set(made.get("fields", ())) - shown):
        raise ValueError(f"entry {at} shows no field {missing[0]!a}; it shows {', '.join(sorted(shown)) or 'none'}")
    is_sealed = made["kind"] == "unseal"
    if strange := sorted(set(made.get("blobs", ())) - set(sealed_in(fields) if is_sealed else fields.get("blobs", ()))):
        raise ValueError(f"entry {at} names no {'sealed ' if is_sealed else ''}file {strange[0]}")


def _check_policy(made: Mapping[str, Any], entries: Sequence[Mapping[str, Any]]) -> None:
    from trucewatch.ledger import law

    law.check_policy(law.folded(law.begun(entries[0]), entries[1:]), made["policy"])


def _check_appointed(made: Mapping[str, Any], entries: Sequence[Mapping[str, Any]]) -> None:
    from trucewatch.ledger.verify import appoint, follow_rules, is_ruled

    ruled = [at for at, fields in enumerate(entries) if is_ruled(dict(fields))]
    rules = follow_rules(None, made["log"], ruled, {}, lambda index: dict(entries[index]))
    if rules is not None:
        appoint(rules, made["staff"])


def appointing(
    given: Sequence[Mapping[str, Any]],
    zones: Mapping[str, Sequence[str]],
    dismissed: Sequence[str],
    entries: Sequence[tuple[Mapping[str, Any], frozenset[str]]],
) -> list[dict[str, Any]]:
    """Return whom an act appoints: members, those dismissed, and posts with other zones; ValueError for who is none."""
    from trucewatch.ledger import law
    from trucewatch.ledger import staff as posts

    if not (given or zones or dismissed):
        return []
    staff = law.folded(law.begun(entries[0][0]), [fields for fields, _ in entries[1:]]).staff
    if strange := sorted(set(dismissed) - staff.keys()):
        raise ValueError(f"{strange[0]!a} is not of the staff; it has {', '.join(sorted(staff)) or 'nobody'}")
    gone = [posts.listed(replace(staff[name], passkeys=())) for name in dismissed]
    return posts.appointing([*given, *gone], zones, staff)


def zones_of(given: Sequence[str]) -> dict[str, list[str]]:
    """Return the zones of monitors from MONITOR=ZONE, MONITOR= for none; ValueError for what is not so written."""
    found: dict[str, list[str]] = {}
    for each in given:
        post, is_so, zone = each.partition("=")
        if not is_so or not post:
            raise ValueError("--zone is MONITOR=ZONE, or MONITOR= to take all zones away")
        found.setdefault(post, []).extend([zone] if zone else [])
    return found


def check_zones(
    ledger: Path, staff: Sequence[Mapping[str, Any]], entries: Sequence[tuple[Mapping[str, Any], frozenset[str]]]
) -> None:
    """Raise ValueError for a zone that the newest case in this copy of the log does not have."""
    from trucewatch.agreement.touched import AREAS
    from trucewatch.intake.case import parse_case
    from trucewatch.intake.places import parse_places

    cases = [fields for fields, _ in entries if fields["type"] == "case" and not {"by", "approval"} & fields.keys()]
    if not cases:
        raise ValueError("this copy of the log has no case yet, so no zone: import the case first")
    files, log = dict(cases[-1]["files"]), ledger if (ledger / "checkpoint").is_file() else ledger / "ledger"
    case, places = ((log / "blobs" / files[name]).read_bytes() for name in ("case.toml", "places.geojson"))
    features = parse_places(places, parse_case(case, cases[-1]["id"]).parties)
    known = sorted({feature.id for feature in features if feature.role in AREAS and feature.id})
    if strange := sorted({zone for one in staff for zone in one.get("zones", ())} - set(known)):
        raise ValueError(f"the case has no zone or permitted area {strange[0]!a}; it has {', '.join(known) or 'none'}")


def guarantor_of(by: "Appointed", name: str) -> "Guarantor":
    """Return a guarantor by the name in the charter; ValueError where there is none."""
    found = next((one for one in by.guarantors if one.name == name), None)
    if found is None:
        raise ValueError(f"the charter knows no guarantor {name!a}; it has {names_of(by)}")
    return found


def names_of(by: "Appointed") -> str:
    """Return the guarantors' names, for a person."""
    return ", ".join(one.name for one in by.guarantors)
