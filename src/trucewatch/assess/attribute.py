"""Who did it: probabilities over each party alone, both, another actor and nothing prohibited.

Log-odds from a prior that is the same for every party and named weights: what was perceived, against scenes
(`scenes`, `perceived`), and what was said, at the worth that its speaker's record gives it (`reliability`).
"Undetermined" is not a hypothesis: it is what is said when none reaches the standard of proof. Any determination
needs the posterior *and* independent lines of evidence, one of them perceived and not supplied by an accuser
(docs/rules.md, rule 2): one line neither accuses a side nor clears both. What is learned is learned from all incidents
of a run, step by step as they are weighed; other incidents may be weighed by it later. Method name: `attribute/10`.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from trucewatch.assess import clutter, kinds, unnoticed, weigh
from trucewatch.assess.book import Book
from trucewatch.assess.causes import hypothesised, learned_causes
from trucewatch.assess.conclude import Grounds, Seen, conclude
from trucewatch.assess.exact import Numbers, log2
from trucewatch.assess.held import held_ground
from trucewatch.assess.innocence import Notices, is_training
from trucewatch.assess.learned import Learned, Lone, learned_lone, lessons, stand_alone, with_shares
from trucewatch.assess.leave_out import LeftOut, itself
from trucewatch.assess.locate import Fix
from trucewatch.assess.perceived import ground_fit, perceive
from trucewatch.assess.reliability import Record, learned_record, role_of
from trucewatch.assess.scenes import Scenes
from trucewatch.assess.sightings import Sighting, sightings
from trucewatch.assess.unnoticed import Unnoticed
from trucewatch.assess.verdict import Caveats, Lines, Priors, judge, weighed
from trucewatch.assess.weigh import Saying
from trucewatch.model import Attribution, Case, Incident
from trucewatch.spacetime import Moments, Plane

AT_ONCE = 1 << 15  # places whose ground is asked for together: some 20 MB


@dataclass(frozen=True, slots=True, kw_only=True)
class AtHand:
    """The incidents to weigh, the fixes of their observations by key, what was announced, and who noticed nothing."""

    incidents: Sequence[Incident]
    fixes: Mapping[str, Fix | None]
    notices: Notices
    unnoticed: Unnoticed


def attribute(
    case: Case, plane: Plane, at_hand: AtHand, known: tuple[Learned, LeftOut] | None = None
) -> tuple[Learned, Iterator[Attribution]]:
    """Return what the incidents were weighed by, and one attribution for each, in their order.

    An attribution is put into words as it is asked for. `known` is what a full run learned, and whom of it each
    incident leaves out. None: these incidents are a full run; what is needed next is learned from them, step by step,
    and each leaves out itself.
    """
    incidents, fixes = at_hand.incidents, at_hand.fixes
    learned, left_out = known or (None, itself(len(incidents)))
    parties = tuple(p.id for p in case.parties)
    scenes = Scenes(len(parties))
    seen = sightings(incidents, fixes, plane)
    ground = held_ground(case, plane, [(s.when, s.at, s.words) for s in seen])
    book = Book(parties, incidents)
    for n, incident in enumerate(incidents):
        book.add(n, weigh.heat_alone(parties, incident.observations))
        book.add(n, weigh.opposed(parties, incident.observations))
        book.add(n, weigh.exchanges(parties, incident.observations))

    def grounds(asked: Sequence[tuple[int, Moments]]) -> Numbers:
        # of several sightings together no word is any one's own
        said = [(seen[k].when, at, [replace(word, own=False) for word in seen[k].words]) for k, at in asked]
        some = (said[start : start + AT_ONCE] for start in range(0, len(said), AT_ONCE))
        return np.concatenate([ground_fit(held_ground(case, plane, each), parties) for each in some])

    told = [clutter.told(incident) for incident in incidents]
    announced = [at_hand.notices.of(incident, fixes) for incident in incidents]
    training = [any(map(is_training, rows)) for rows in announced]  # it fires many rounds, of weapons with names
    ratios = np.array(
        [1.0 if is_it else clutter.ratio(n, named=named) for is_it, (n, named) in zip(training, told, strict=True)],
        dtype=np.float64,
    )
    told_bits = log2(ratios)
    perceived, origins = perceive(
        scenes, seen, ground_fit(ground, parties), len(incidents),
        told=told_bits, grounds=grounds, left_out=left_out, known=learned.origins if learned else None,
    )  # fmt: skip
    beside = book.neutral()
    causes = learned.causes if learned else learned_causes(scenes, perceived.neutral, beside, perceived.watched)
    priors = Priors(scenes, causes)
    for n in np.flatnonzero(ratios < 1.0).tolist():
        book.print(n, weigh.told(parties, *told[n], priors.of_nothing(float(ratios[n]))))
    said = [weigh.sayings(i.observations, i.shares or (1.0,) * len(i.observations)) for i in incidents]
    if learned:
        record = learned.record
    else:
        record = learned_record(parties, lessons(priors, perceived.neutral, beside[:, :-1], said))
    loose = _words(book, said, seen, record, left_out)
    innocent = float(causes[-2] + causes[-1])
    for n, incident in enumerate(incidents):
        if not any(kinds.is_physical(o) or weigh.admits(o) for o in incident.observations):
            loose[n] += book.loosely(n, weigh.unseen(parties, innocent))
        for weight in weigh.standing(parties, incident.observations):
            loose[n] += book.loosely(n, weight)
        if names := at_hand.unnoticed.by(incident, fixes):
            loose[n] += book.loosely(n, unnoticed.weight(parties, names))
    for n, rows in enumerate(announced):
        book.add(n, weigh.notices(parties, rows))
    lines = book.lines(perceived, seen)
    whole = lines.whole.copy()
    whole[:, -1] -= told_bits  # what strangers counted clears no bang
    lone = _alone(priors, replace(lines, whole=whole), loose, book, learned.lone if learned else None)
    judged = judge(priors, lines, loose, case.standard, Caveats(told_bits, perceived.contradicted, perceived.neutral))
    return Learned(origins=origins, causes=causes, record=record, lone=lone), conclude(
        case,
        incidents,
        book.weights,
        Seen(
            sightings=seen,
            ground=ground,
            bits=log2(hypothesised(scenes.mixed(perceived.alone), causes)),
            fixes=fixes,
        ),
        Grounds(
            priors=priors,
            judged=judged,
            learned=with_shares(judged, record, left_out),
            lines=lines,
            names=book.names,
        ),
    )


def _words(
    book: Book,
    said: Sequence[Sequence[Saying]],
    seen: Sequence[Sighting],
    record: Record,
    left_out: LeftOut,
) -> Numbers:
    """Add what was said, at the worth of its speakers' records; return the bits of the silences."""
    loose = np.zeros((len(said), len(book.order)))
    watched = {s.incident for s in seen if s.neutral}
    worth: dict[Hashable, tuple[float, float]] = {}  # of few words, of which few lessons are left out
    silence: dict[Hashable, float] = {}
    for n, (sayings, unheard) in enumerate(zip(said, left_out.each(len(said)), strict=True)):
        taught = tuple([record.lessons[k] for k in unheard if k in record.lessons])
        for saying in sayings:
            words = taught, role_of(saying), saying.by, saying.named
            if words not in worth:
                worth[words] = record.worth(unheard, saying)
            book.add(n, [weigh.saying_weight(book.parties, saying, *worth[words])])
        if n in watched:
            spoke = {o.source.side.party for o in book.incidents[n].observations if o.source.side is not None}
            for party in book.parties:
                if party in spoke:
                    continue
                if (taught, party) not in silence:
                    silence[taught, party] = record.silence(unheard, party)
                if (ratio := silence[taught, party]) < 1.0:
                    loose[n] += book.loosely(n, weigh.silence(book.parties, party, ratio))
    return loose


def _alone(priors: Priors, untold: Lines, loose: Numbers, book: Book, known: Lone | None) -> Lone:
    """Add to what one source alone perceived the weight of standing alone, as much as the record bears out.

    `untold` are the lines without how it was told.
    """
    numbers = stand_alone(book.incidents)
    learned = known or learned_lone(priors, weighed(priors, untold, loose)[numbers], book.incidents)
    weight = weigh.lone(book.parties, learned.nothing, learned.bits)
    for n in numbers:
        book.print(n, weight)
        loose[n, -1] += learned.bits
    return learned
