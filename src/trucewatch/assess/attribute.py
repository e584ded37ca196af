"""Who did it: probabilities over each party alone, both, another actor and nothing prohibited.

Log-odds from a neutral prior and named weights (`weigh`), and the standard of proof. "Undetermined" is not a
hypothesis: it is what is said when none reaches the standard. Any determination needs the posterior *and*
independent lines of evidence, one of them perceived and not supplied by an accuser (docs/rules.md, rule 2): one line
neither accuses a side nor clears both. Method name: `attribute/1`; uncalibrated, so its probabilities are
weighed opinions.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime

from trucewatch.assess import kinds, weigh
from trucewatch.assess.ground import ground_probabilities
from trucewatch.assess.kinds import Family
from trucewatch.assess.locate import Fix, fuse
from trucewatch.evidence import BOTH, NO_VIOLATION, OTHER, hypotheses, probabilities, total_bits
from trucewatch.model import Attribution, Case, Incident, Observation, StandardOfProof, Weight
from trucewatch.spacetime import Moments, Plane

METHOD = "attribute/1"

SPEAKS_FOR = 0.5  # bits by which a line must favour a hypothesis to count as a line for it; a guess
INDICATION = 0.55  # "likely" begins here (ICD 203); below it no hypothesis is named, not even as an indication
ALIKE = 0.05  # bits: hypotheses that a reason favours equally but for this are named together; a guess
NOTICE_KM = 5.0  # an announcement covers this much about its place, a guess
NOTICE_S = 12 * 3600.0  # and this long before and after its time when it states neither a period nor an error; a guess
LONGEST_NOTICE_S = (
    31 * 86400.0
)  # an announcement of a longer period says nothing of any hour and is not weighed; a guess

_Request = tuple[str, tuple[Observation, ...], Moments, datetime]


def attribute(
    case: Case,
    plane: Plane,
    incidents: Sequence[Incident],
    fixes: Mapping[str, Fix | None],
    context: Sequence[Observation],
) -> tuple[Attribution, ...]:
    """Return one attribution for each incident, in their order.

    `fixes` are by observation key; `context` are the notices that may give an innocent cause.
    """
    asked: list[_Request] = []
    owner: list[int] = []
    for n, incident in enumerate(incidents):
        for request in _places_asked(incident, fixes, plane):
            asked.append(request)
            owner.append(n)
    ground = ground_probabilities(case, plane, [(when, moments) for _, _, moments, when in asked])
    weights: list[list[Weight]] = [[] for _ in incidents]
    for n, request, answer in zip(owner, asked, ground, strict=True):
        weights[n].append(_place_weight(case, request, answer))
    notices = _Notices(context, fixes)
    return tuple(
        _conclude(case, incident, [*found, *_other_weights(case, incident, fixes, notices)])
        for incident, found in zip(incidents, weights, strict=True)
    )


# --- weights of place -----------------------------------------------------------------------------


def _places_asked(incident: Incident, fixes: Mapping[str, Fix | None], plane: Plane) -> list[_Request]:
    """Return what to ask of the ground: for each line and sort of perception, the fused place of its records."""
    sorts: dict[tuple[str, str], list[tuple[Observation, Moments]]] = {}
    for o in incident.observations:
        fix = fixes[o.key]
        if fix is None or fix.at is None or not kinds.is_physical(o):
            continue
        for sort, moments in _sorts(o, fix.at, plane):
            sorts.setdefault((weigh.line_of(o), sort), []).append((o, moments))
    when = incident.first_time
    if when is None:
        return []
    return [
        (sort, tuple(o for o, _ in rows), fuse(_distinct([m for _, m in rows])), when)
        for (_, sort), rows in sorts.items()
    ]


def _distinct(parts: Sequence[Moments]) -> list[Moments]:
    """Return each place once: two rows of one report do not make its place twice as certain."""
    return list(dict.fromkeys(parts))


def _sorts(observation: Observation, at: Moments, plane: Plane) -> list[tuple[str, Moments]]:
    if kinds.family(observation) is Family.WEAPON:
        return [("weapon", at)]
    found = [(f"flight {bearing:g}", _behind(at, bearing, plane)) for bearing in observation.flights_deg]
    if kinds.is_outgoing(observation):
        found.append(("outgoing", at))
    elif kinds.is_impact(observation):
        found.append(("impact", at))
    return found


def _behind(at: Moments, bearing_deg: float, plane: Plane) -> Moments:
    """Return where a projectile seen at a place and flying towards a bearing came from, with that much more doubt."""
    lon, lat = plane.degrees([at.east], [at.north])
    turn = math.radians(bearing_deg + float(plane.north_deg(lon, lat)[0]))
    back = weigh.FLIGHT_BACK_KM
    doubt = back**2 / 3  # uniform from 0 to twice that far back
    return Moments(
        at.east - back * math.sin(turn),
        at.north - back * math.cos(turn),
        at.var_east + doubt,
        at.var_north + doubt,
        at.cov,
    )


_COMPASS_WORDS = {0: "north", 45: "north-east", 90: "east", 135: "south-east"}
_COMPASS_WORDS |= {180: "south", 225: "south-west", 270: "west", 315: "north-west"}


def _place_weight(case: Case, request: _Request, ground: Mapping[str, float]) -> Weight:
    sort, rows, _, _ = request
    order = hypotheses([p.id for p in case.parties])
    share = _shares(ground)
    if sort == "impact":
        likelihoods, words = weigh.landing(ground), f"impact perceived by {{}} on ground of {share}"
    elif sort == "outgoing":
        likelihoods, words = weigh.origin(ground), f"outgoing fire perceived by {{}} from ground of {share}"
    elif sort == "weapon":
        likelihoods, words = weigh.origin(ground), f"weapon seen by {{}} on ground of {share}"
    else:
        bearing = float(sort.split()[1])
        toward = _COMPASS_WORDS.get(round(bearing), f"{bearing:.0f}°")
        likelihoods = weigh.flight(ground)
        words = f"projectile seen by {{}} flying towards the {toward}, from ground of {share}"
    return Weight(
        reason=words.format(_names(rows)),
        bits=weigh.bits(likelihoods, order),
        line=weigh.line_of(rows[0]),
        supplied_by=weigh.speaker(rows[0]),
        keys=tuple(o.key for o in rows),
    )


def _shares(ground: Mapping[str, float]) -> str:
    """Say whose ground it is, the likeliest first; equal shares by value only, so no party comes first by name."""
    stated = [(share, party) for party, share in ground.items() if share >= 0.005]
    unknown = 1.0 - math.fsum(ground.values())
    if unknown >= 0.005:
        stated.append((unknown, "nobody known"))
    stated.sort(key=lambda item: -round(item[0], 2))
    return ", ".join(f"{party} {share:.2f}" for share, party in stated)


def _names(rows: Sequence[Observation]) -> str:
    return ", ".join(dict.fromkeys(o.source.name for o in rows))


# --- other weights --------------------------------------------------------------------------------


class _Notices:
    """Announcements by hour, so that each incident looks at few of them."""

    def __init__(self, context: Sequence[Observation], fixes: Mapping[str, Fix | None]) -> None:
        self._hours: dict[int, list[tuple[Observation, Fix, float]]] = {}
        for o in context:
            fix = fixes[o.key]
            if kinds.family(o) is Family.NOTICE and fix is not None:
                claimed = o.clocks.claimed
                stated = claimed is not None and (claimed.end > claimed.start or claimed.sd_s > 0)
                # √3 sd is the half-width of the uniform window that the moments stand for
                reach = math.sqrt(3) * fix.time_sd_s if stated else NOTICE_S
                if reach > LONGEST_NOTICE_S / 2:
                    continue
                for hour in range(int((fix.time_s - reach) // 3600), int((fix.time_s + reach) // 3600) + 1):
                    self._hours.setdefault(hour, []).append((o, fix, reach))

    def covering(self, time_s: float, at: Moments | None) -> list[Observation]:
        """Return the announcements for this time and place; one without a place covers none, one cannot know where."""
        near = [
            (o, fix) for o, fix, reach in self._hours.get(int(time_s // 3600), []) if abs(time_s - fix.time_s) <= reach
        ]
        return [o for o, fix in near if at is not None and fix.at is not None and _close(fix.at, at)]


def _close(a: Moments, b: Moments) -> bool:
    sd = math.sqrt((a.var_east + a.var_north + b.var_east + b.var_north) / 2)
    return math.hypot(a.east - b.east, a.north - b.north) <= NOTICE_KM + sd


def _other_weights(
    case: Case, incident: Incident, fixes: Mapping[str, Fix | None], notices: _Notices
) -> tuple[Weight, ...]:
    parties = [p.id for p in case.parties]
    members = incident.observations
    found = [
        *weigh.statements(parties, members),
        *weigh.opposed(parties, members),
        *weigh.heat_alone(parties, members),
    ]
    known = [fix for o in members if (fix := fixes[o.key]) is not None and fix.at is not None]
    if known and kinds.family(members[0]) is not Family.WEAPON:
        at = fuse([fix.at for fix in known if fix.at is not None])
        time_s = math.fsum(fix.time_s for fix in known) / len(known)
        found.extend(weigh.notices(parties, notices.covering(time_s, at)))
    return tuple(found)


# --- the conclusion -------------------------------------------------------------------------------


def _conclude(case: Case, incident: Incident, found: Sequence[Weight]) -> Attribution:
    parties = [p.id for p in case.parties]
    weights = tuple(sorted(found, key=_blind_order))
    posterior = probabilities(total_bits(weigh.prior(parties), weights))
    leading = max(posterior.values())
    tops = [h for h, p in posterior.items() if p == leading]
    best = tops[0] if len(tops) == 1 else None
    supporting = lines_for(weights, best, parties) if best else ()
    determination, lacking = determine(case.standard, best, leading, supporting)
    lines = len({weight.line for weight in supporting})
    named = best in (OTHER, NO_VIOLATION) or lines >= case.standard.lines
    leads = leading_words(best, leading, lacking=lacking, may_be_named=named)
    return Attribution(
        incident_id=incident.id,
        method=METHOD,
        probabilities=tuple(posterior.items()),
        determination=determination,
        weights=weights,
        lines=lines,
        why=explain(determination, leads, weights),
    )


def _blind_order(weight: Weight) -> tuple[float, tuple[str, ...]]:
    """Order by strength, then by the records behind it: nothing here knows a party's name."""
    values = [bits for _, bits in weight.bits]
    return -round(max(values) - min(values), 6), weight.keys


def lines_for(weights: Sequence[Weight], hypothesis: str, parties: Sequence[str]) -> tuple[Weight, ...]:
    """Return the weights of those lines that, taken together, favour the hypothesis by SPEAKS_FOR bits or more.

    Against which alternatives: one side's finding against every other hypothesis; an exchange only against
    `other` and `no_violation`, since each line of it may show but one side firing.
    """
    rivals = [h for h in hypotheses(parties) if h != hypothesis]
    if hypothesis == BOTH:
        rivals = [OTHER, NO_VIOLATION]
    elif hypothesis in parties:
        rivals = [h for h in rivals if h != BOTH]
    by_line: dict[str, list[Weight]] = {}
    for weight in weights:
        by_line.setdefault(weight.line, []).append(weight)
    speaking = []
    for rows in by_line.values():
        total = {h: math.fsum(dict(w.bits)[h] for w in rows) for h in (hypothesis, *rivals)}
        if total[hypothesis] - max(total[h] for h in rivals) >= SPEAKS_FOR - 1e-9:
            speaking.extend(rows)
    return tuple(speaking)


def determine(
    standard: StandardOfProof,
    best: str | None,
    probability: float,
    supporting: Sequence[Weight],
) -> tuple[str, str]:
    """Return the determination at the standard of proof and, where it is `undetermined`, what is lacking."""
    if best is None or probability < standard.probability:
        return "undetermined", f"below the standard of {standard.probability:g}"
    lines = {weight.line for weight in supporting}
    if len(lines) < standard.lines:
        counted = "1 independent line" if len(lines) == 1 else f"{len(lines)} independent lines"
        return "undetermined", f"{counted} of evidence where the standard asks for {standard.lines}"
    if not any(_perceived(weight, best) for weight in supporting):
        return "undetermined", "every line of evidence is the word of somebody or comes from an accuser"
    return best, ""


def _perceived(weight: Weight, accused: str) -> bool:
    """Tell whether a weight rests on more than words, and not on what an accuser supplied."""
    return not weight.said and (weight.supplied_by is None or weight.supplied_by == accused)


def explain(determination: str, leads: str, weights: Sequence[Weight]) -> str:
    """Say in one line what was concluded and on what, the strongest reason first."""
    head = f"{determination}: {leads}"
    if not weights:
        return head + ". No evidence bears on who did it."
    return head + ". Weighed: " + "; ".join(_in_words(weight) for weight in weights) + "."


def leading_words(best: str | None, probability: float, *, lacking: str, may_be_named: bool) -> str:
    """Say what leads; a side is not named, not even as an indication, on fewer lines than a finding needs."""
    if not lacking:
        return f"{best} at {probability:.2f}"
    if best and may_be_named and probability >= INDICATION:
        return f"most likely {best} at {probability:.2f}, but {lacking}"
    kept_back = best is not None and probability >= INDICATION
    hint = "; fewer lines of evidence than a finding needs hint at no side" if kept_back else ""
    return f"no indication, the best share is {probability:.2f}, {lacking}{hint}"


def _in_words(weight: Weight) -> str:
    ranked = sorted(weight.bits, key=lambda item: -round(item[1], 6))
    favoured = [h for h, bits in ranked if ranked[0][1] - bits < ALIKE]
    gap = ranked[0][1] - ranked[-1][1]
    if round(gap, 1) == 0:
        return f"{weight.reason} (0.0 bits)"
    towards = " and ".join(favoured) if len(favoured) <= 2 else "several alike"
    return f"{weight.reason} ({gap:.1f} bits towards {towards})"
