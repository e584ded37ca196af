"""A made-up log of a room with the map that was published in it, as a release is made of it."""

from datetime import timedelta

from tests.cases.rooms import NOON, NORTH, SOUTH, Room

from trucewatch.release import Conclusion, Facts, Given, Source, check, drafted, hits_of, released

ROOT = "ab" * 32
LATE = 9.0  # days after which every time to reply is over
AT = (38.01234, 48.00567)


def feature(name="i-1", *, at=AT, radius=0.4, day="2026-03-01", claims=(None,), what="explosion", place_of="impact"):
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": list(at)} if at else None,
        "properties": {
            "id": name, "first": f"{day}T09:17:31Z", "last": f"{day}T09:17:33Z", "place_of": place_of if at else None,
            "radius_km_68": radius if at else None, "phenomenon": what,
            "observations": [{"source": "camera 7", "id": "row-17", "text": "", "claim": claim} for claim in claims],
        },
    }  # fmt: skip


def settlement(name, lon, lat):
    return {
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
        "properties": {"role": "settlement", "names": {"en": name}},
    }


def effort(day, side, hours=6.5, stood=13.0):
    return {"day": day, "side": side, "hours": hours, "observer_hours": stood, "observers": 2, "by_hour": []}


def world(*features, efforts=None, parties=(NORTH, SOUTH)):
    return {
        "case": {
            "id": "made-up", "title": "Made up", "time_zone": "Europe/Kyiv", "as_of": "2026-03-02T12:00:00Z",
            "parties": [{"id": name, "name": f"Side {n}"} for n, name in enumerate(parties)],
        },
        "features": {"features": [settlement("Mill", 38.1, 48.1), settlement("Ford", 38.4, 48.0)]},
        "incidents": {"features": list(features or [feature()])},
        "efforts": [effort("2026-03-01", name) for name in parties] if efforts is None else efforts,
    }  # fmt: skip


def source(room, *, days=LATE, shown=None, size=None):
    """What a release is made of, so many days after noon of the first; `shown` is the map, drawn from `size` entries."""
    folded = room.office(days)
    facts = Facts(map=shown or world())
    return Source(
        origin="made.up/log",
        size=len(room.said),
        root=ROOT,
        time=NOON + timedelta(days=days),
        office=folded,
        conclusions=(Conclusion(entry=1, of=size or 0, facts=facts),),
    )


def judged(finding=NORTH, *, incident="i-1", text="because", room=None, outcome="agreed"):
    """A room in which both guarantors found the same and it was published; return it and the finding's index."""
    room = room or Room()
    if not room.said:
        room.conclude("i-1", "i-2", of=0)
    voices = [room.find(who, finding, 0, incident, text=text) for who in ("reviewer-one", "reviewer-two")]
    return room, room.publish(0, voices, outcome, incident=incident)


def made(given, rows=()):
    """The release with the harm check, by the rows that the log holds."""
    known, harmless = drafted(given)
    found = [hits_of(row, known, harmless) for row in rows]
    names = frozenset(name for one, _ in found for name in one)
    quotes = frozenset(quote for _, one in found for quote in one)
    release = released(given, names, quotes)
    return release, check(Given(release=release, source=given, names=names, quotes=quotes))


def failed(checks):
    return {one.name for one in checks if one.found}
