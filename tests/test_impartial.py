"""The permanent mirror run: it passes whatever the parties are called, and no partiality that was planted passes it."""

import json
import math
import random
from dataclasses import replace

import claims_world
import mirror_campaign
import pytest
import world
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from trucewatch import centre, cli, impartial, pipeline
from trucewatch.evidence import UNDETERMINED
from trucewatch.intake import read, reader
from trucewatch.intake.actors import party_of
from trucewatch.ledger.note import REHEARSAL, Key
from trucewatch.ledger.store import read_entries
from trucewatch.ledger.verify import disclosed, parse_entry
from trucewatch.model import Observation, Rejection
from trucewatch.report.words import party_name

HEADER = (*world.HEADER, "stance")


def files_of(ids, *, named=True, more="", papers=()):
    """The case of `world` between the first two ids; further parties hold no ground."""
    parties = ""
    for n, party in enumerate(ids):
        parties += f"[[party]]\nid = {json.dumps(party)}\n"
        if named:
            parties += f"aliases = ['army {n}', 'ARMY {n}']\n[party.name]\nen = \"The <{'ZYX'[n]}> & friends' side\"\nuk = 'Сторона {n}'\n"
    places = json.dumps(world.places(ids[0], ids[1]))
    return {
        "case.toml": f'id = "made"\ntime_zone = "Europe/Kyiv"\n{more}\n{parties}'.encode(),
        "places.geojson": places.encode(),
        **{f"agreements/{n}.md": paper.encode() for n, paper in enumerate(papers)},
    }


def rows_of(ids, count=40, seed=3):
    return [row for row, _, _ in world.rows(count, seed, ids[0], ids[1])]


def checked(ids, rows=None, *, most=impartial.MOST_ROWS, **more):
    opened = centre.assemble(files_of(ids, **more), "made")
    table = mirror_campaign.table(rows_of(ids) if rows is None else rows, HEADER)
    outcomes = list(read("rows.csv", [table], opened.context))
    observations = [o for o in outcomes if isinstance(o, Observation)]
    rejections = [o for o in outcomes if isinstance(o, Rejection)]
    return impartial.checked(opened.case, opened.context, observations, rejections, most=most)


# --- it never blocks falsely ----------------------------------------------------------------------


@pytest.mark.parametrize("named", [True, False], ids=["with names", "ids for names"])
@pytest.mark.parametrize(
    "ids",
    [
        ("a", "b"), ("the", "side"), ("side", "The <Z> side"), ("1", "2"), ("2021", "03"), ("camera", "media"),
        ("north", "north-east"), ("x y", "x"), ("opened fire", "fire"), ("bits", "towards"), ("_", "__"),
        ("північ", "південь"), ("outgoing", "impact"), ("i", "e", "o"), ("zulu", "mike", "alpha"),
    ],
    ids="+".join,
)  # fmt: skip
def test_it_agrees_whatever_the_parties_are_called(ids, named):
    if any("<" in party for party in ids):
        ids = tuple(party.replace("<", "").replace(">", "") for party in ids)
    done = checked(ids, named=named)
    assert done.extent == impartial.WHOLE_PATH
    assert done.published["incidents.csv"].count(b"\n") > 20


@pytest.mark.parametrize(
    "spelled",
    [
        ("SIDE", "ID"),  # ids in another case
        ("army 0", " Army 1 "),  # aliases
        ("The <Z> & friends' side", "сторона 1"),  # names
        ("somebody", "an army"),  # neither
        ("\U00012000 side", "\\ud808\\udc00"),  # the very letters that stand-ins are made of, and how JSON writes them
    ],
)
def test_it_agrees_however_the_sources_write_the_parties(spelled):
    words = dict(zip(("side", "id"), spelled, strict=True))
    rows = rows_of(("side", "id"))
    for row in rows:
        for column in ("source_side", "accuses"):
            row[column] = words.get(row.get(column, ""), row.get(column, ""))
        row["text"] = f"{row.get('text', '')} {spelled[0]} \U00012000 \\ud808\\udc00 a side, its id and 'quotes'"
    assert checked(("side", "id"), rows).extent == impartial.WHOLE_PATH


def test_it_agrees_when_papers_name_bearers_and_readings():
    paper = """+++
id = "paper"
title = "Truce of a and b"
signed = 2021-02-28
in_force = 2021-03-01T00:00:00+02:00
tz = "Europe/Kyiv"
[quotation.en]
language = "en"
source = "the paper"
verbatim = true
+++
## 1
> [en] The side a, and b, cease fire.
```toml
id = "1.a"
kind = "prohibit"
bearer = ["b"]
from = 2021-03-01T00:00:00
phenomena = ["explosion", "shot"]
[[reading]]
by = ["a"]
source = "a letter"
phenomena = ["explosion"]
```
"""
    assert b"1.a,b," in checked(("a", "b"), papers=[paper]).published["clauses.csv"]


def test_a_big_run_repeats_the_verdicts_and_says_so():
    assert checked(("a", "b"), most=10).extent == impartial.VERDICTS


# --- planted partiality ---------------------------------------------------------------------------


def told(attributions, change):
    return tuple(change(a) for a in attributions)


def with_attributions(monkeypatch, change):
    """Plant a fault into what attribution returns: `change(case, attribution)`."""
    sound = pipeline.attribute

    def faulty(case, *arguments, **more):
        learned, found = sound(case, *arguments, **more)
        return learned, told(found, lambda a: change(case, a))

    monkeypatch.setattr(pipeline, "attribute", faulty)


def parties_of(case):
    return [p.id for p in case.parties]


def nudged(attribution, party):
    """The probabilities with one party's moved by the last bit."""
    moved = tuple((h, math.nextafter(p, 1) if h == party else p) for h, p in attribution.probabilities)
    return replace(attribution, probabilities=moved)


def favours_the_first(case, a):
    return nudged(a, parties_of(case)[0])


def favours_one_by_name(case, a):
    return nudged(a, "a")


def favours_by_alphabet(case, a):
    return nudged(a, min(parties_of(case)))


def favours_by_display_name(case, a):
    return nudged(a, min(case.parties, key=party_name).id)


def breaks_ties_by_name(case, a):
    shares = dict(a.probabilities)  # what differs by less than a half counts as a tie, so that there are some
    return replace(a, why=f"{max(sorted(parties_of(case)), key=lambda party: round(shares[party]))} it was")


def wording_by_alphabet(case, a):
    return replace(a, why=f"{a.why} Between {' and '.join(sorted(parties_of(case)))}.")


def milder_words_for_the_first(case, a):
    mild = a.determination == parties_of(case)[0]
    return replace(a, why=a.why + (" Regrettably." if mild else " Once again."))


def learns_for_the_first(case, a):
    first, *others = a.learned
    return replace(a, learned=((first[0], math.nextafter(first[1], 1)), *others))


def weights_by_alphabet(case, a):
    return replace(a, weights=tuple(sorted(a.weights, key=lambda w: w.reason, reverse=True)))


@pytest.mark.parametrize("most", [impartial.MOST_ROWS, 10], ids=["whole path", "verdicts only"])
@pytest.mark.parametrize(
    "fault",
    [
        favours_the_first, favours_one_by_name, favours_by_alphabet, favours_by_display_name, breaks_ties_by_name,
        milder_words_for_the_first, learns_for_the_first,
    ],
)  # fmt: skip
@pytest.mark.parametrize("ids", [("a", "b"), ("zulu", "mike", "alpha", "a")], ids=["two", "four"])
def test_a_verdict_that_favours_a_party_is_blocked(monkeypatch, fault, ids, most):
    with_attributions(monkeypatch, fault)
    with pytest.raises(impartial.MirrorError, match=r"mirror run .* differs in .*nothing was published"):
        checked(ids, named=len(ids) == 2, most=most)


@pytest.mark.parametrize("fault", [wording_by_alphabet, weights_by_alphabet])
def test_an_order_by_name_is_blocked(monkeypatch, fault):
    with_attributions(monkeypatch, fault)
    with pytest.raises(impartial.MirrorError, match="other names"):
        checked(("a", "b"))


@pytest.mark.parametrize(("add", "agrees"), [(math.fsum, True), (sum, False)], ids=["fsum", "sum"])
def test_a_sum_in_an_order_of_names_is_blocked_unless_it_is_exact(monkeypatch, add, agrees):
    def summed(case, a):
        whole = add([p for _, p in sorted(a.probabilities, key=lambda share: share[0])])
        return replace(a, probabilities=tuple((h, p / whole) for h, p in a.probabilities))

    with_attributions(monkeypatch, summed)
    if agrees:
        checked(("a", "zulu", "mike"), named=False)
    else:
        with pytest.raises(impartial.MirrorError):
            checked(("a", "zulu", "mike"), named=False)


def test_efforts_and_statuses_in_an_order_of_names_are_blocked(monkeypatch):
    sound = pipeline.hold

    def faulty(*arguments, **more):
        statuses, touched = sound(*arguments, **more)
        return tuple(sorted(statuses, key=lambda s: s.bearer)), touched

    monkeypatch.setattr(pipeline, "hold", faulty)
    with pytest.raises(impartial.MirrorError, match="statuses"):
        checked(("zulu", "alpha"))


@pytest.mark.parametrize(
    "words",
    [
        lambda case: min(p.id for p in case.parties),
        lambda case: min(party_name(p) for p in case.parties),
        lambda case: " and ".join({p.id: "" for p in sorted(case.parties, key=lambda p: p.id)}),
        lambda case: "as usual" if case.parties[0].id == "zulu" else "for once",
    ],
    ids=["id", "name", "list", "one by name"],
)
@pytest.mark.parametrize("page", ["report.html", "map.json", "incidents.csv"])
def test_a_page_that_names_by_the_alphabet_is_blocked(monkeypatch, words, page):
    sound = pipeline.publications

    def faulty(assessment, *staffs):
        written = sound(assessment, *staffs)
        said = json.dumps(words(assessment.case)) if page == "map.json" else words(assessment.case)
        return {**written, page: written[page] + said.encode()}

    monkeypatch.setattr(pipeline, "publications", faulty)
    with pytest.raises(impartial.MirrorError, match=page):
        checked(("zulu", "alpha"))


def test_a_reader_that_gives_unknown_actors_to_the_first_by_alphabet_is_blocked(monkeypatch):
    def faulty(word, parties):
        return party_of(word, parties) or min(p.id for p in parties)

    monkeypatch.setattr(reader, "party_of", faulty)
    rows = [{**row, "source_side": row.get("source_side") or "an army"} for row in rows_of(("zulu", "alpha"))]
    with pytest.raises(impartial.MirrorError, match="reading of record"):
        checked(("zulu", "alpha"), rows)


def test_the_last_bit_of_a_place_that_no_page_prints_is_blocked(monkeypatch):
    sound = pipeline.incidents

    def spoke(incident, party):
        return any(o.source.side is not None and o.source.side.party == party for o in incident.observations)

    def faulty(observations, *more):
        first = min(o.source.side.party for o in observations if o.source.side is not None)
        return tuple(
            replace(i, place=replace(i.place, var_east=math.nextafter(i.place.var_east, 9))) if spoke(i, first) else i
            for i in sound(observations, *more)
        )

    monkeypatch.setattr(pipeline, "incidents", faulty)
    with pytest.raises(impartial.MirrorError, match="differs in incident"):
        checked(("zulu", "alpha"))


def test_enrolment_by_labels_is_blocked(monkeypatch):
    sound = impartial.enrol

    def faulty(read, parties, pepper):
        return tuple(
            sorted(sound(read, parties, pepper), key=lambda o: (o.source.side.party or "") if o.source.side else "")
        )

    monkeypatch.setattr(impartial, "enrol", faulty)
    with pytest.raises(impartial.MirrorError):
        checked(("a", "b"))


# --- what blocking means --------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path):
    ids = ("zulu", "alpha")
    for name, data in files_of(ids).items():
        path = tmp_path / "case" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (tmp_path / "case" / "observations").mkdir()
    (tmp_path / "case" / "observations" / "rows.csv").write_bytes(mirror_campaign.table(rows_of(ids, 60), HEADER))
    return tmp_path / "case"


def tree(path):
    return {p.relative_to(path): p.read_bytes() for p in path.rglob("*") if p.is_file()}


def test_a_difference_exits_2_in_one_line_and_leaves_the_old_publication(monkeypatch, folder, tmp_path):
    out = tmp_path / "out"
    assert CliRunner().invoke(cli.app, ["assess", str(folder), "--out", str(out)]).exit_code == 0
    before = tree(out)
    with_attributions(monkeypatch, favours_the_first)
    for target in (out, tmp_path / "new"):
        result = CliRunner().invoke(cli.app, ["assess", str(folder), "--out", str(target)])
        assert result.exit_code == 2
        assert result.stderr.startswith("trucewatch: the mirror run")
        assert result.stderr.count("\n") == 1
    assert tree(out) == before
    assert not (tmp_path / "new").exists()
    # who recomputes with a partial program is told so
    assert CliRunner().invoke(cli.app, ["recompute", str(out)]).exit_code == 2


def test_the_log_says_that_the_mirror_run_agreed(folder, tmp_path):
    centre.assess(folder, tmp_path / "out")
    said = [json.loads(entry) for entry, _ in read_entries(tmp_path / "out" / "ledger")]
    assert said[-2] == {"type": "mirror", "v": "1", "extent": "the whole path", "differences": "0"}
    assert all(centre.recompute(tmp_path / "out").values())


def test_under_a_centres_own_key_the_pepper_is_in_the_log_and_everything_recomputes(folder, tmp_path):
    said = {}
    for name, key in (("own", Key(name="centre.example/log", seed=bytes(range(32)))), ("rehearsal", REHEARSAL)):
        centre.assess(folder, tmp_path / name, key)
        said[name] = [
            parse_entry(entry).fields | disclosed(parse_entry(entry).fields, shown)
            for entry, shown in read_entries(tmp_path / name / "ledger")
        ]
        assert all(centre.recompute(tmp_path / name).values())
    assert len(said["own"][0]["pepper"]) == 64
    assert "pepper" not in said["rehearsal"][0]
    keys = {name: {row["key"] for row in entries if row["type"] == "observation"} for name, entries in said.items()}
    assert keys["own"]
    assert not keys["own"] & keys["rehearsal"]


# --- stand-ins ------------------------------------------------------------------------------------


@given(st.lists(st.from_regex(r"\w(?:[\w .-]{0,9}\w)?", fullmatch=True), min_size=2, max_size=5, unique=True))
def test_stand_ins_sort_the_other_way_round_and_go_back(ids):
    case = centre.assemble(files_of(("a", "b")), "made").case
    case = replace(case, parties=tuple(replace(case.parties[0], id=i, names=(("en", f"The {i}"),)) for i in ids))
    other = impartial.stand_ins(case, [*ids, "\U00010000"])
    assert all(other.back(new) == old and len(new) == len(old) for old, new in other.ids.items())
    assert "\U00010000" not in other.letters
    begun = [i for i in sorted(ids) if i[0].isalnum()]
    assert sorted(begun, key=other.ids.get) == begun[::-1]
    text = "".join(f"<{new}> {json.dumps(new)}" for new in (*other.ids.values(), *other.names.values()))
    real = "".join(f"<{old}> {json.dumps(old)}" for old in (*other.ids, *other.names))
    assert other.back(text) == real


# --- the campaign, short --------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_exchanged_bytes_give_exchanged_bytes(seed):
    done = mirror_campaign.mirrored(seed, 150)
    assert done["differing"] == 0
    assert done["verdicts"] > 50


def test_the_campaign_counts_a_difference(monkeypatch):
    with_attributions(monkeypatch, favours_by_alphabet)
    assert mirror_campaign.mirrored(2, 60)["differing"] > 0


def test_the_campaign_goes_on_where_it_stood(monkeypatch, tmp_path, capsys):
    for verdicts in ("20", "60"):
        state = tmp_path / "state.jsonl"
        monkeypatch.setattr("sys.argv", ["campaign", "--verdicts", verdicts, "--rows", "40", "--state", str(state)])
        with pytest.raises(SystemExit) as stopped:
            mirror_campaign.main()
        assert stopped.value.code == 0
    seeds = [json.loads(line)["seed"] for line in state.read_text().splitlines()]
    assert seeds == list(range(1, len(seeds) + 1))
    assert len(seeds) > 1
    assert "0 bits differ" in capsys.readouterr().out


# --- words alone ----------------------------------------------------------------------------------

IDS = ("north_side", "south_side")


def worded(rows, ids=IDS):
    opened = centre.assemble(mirror_campaign.case_files(*ids), "made")
    outcomes = list(read("rows.csv", [mirror_campaign.table(rows, HEADER)], opened.context))
    assert all(isinstance(o, Observation) for o in outcomes)
    return pipeline.assess(opened.case, outcomes, [])


@given(seed=st.integers(0, 10**9), most=st.integers(1, 60))
def test_nothing_but_words_never_becomes_a_finding(seed, most):
    found = worded(claims_world.rows(random.Random(seed), IDS, most))
    assert {a.determination for a in found.attributions} <= {UNDETERMINED}
    assert {s.status.value for s in found.statuses} <= {"not_verifiable", "disputed"}


@given(seed=st.integers(0, 10**9), turn=st.booleans())
def test_a_claim_its_copies_and_its_authors_other_claims_are_one_line(seed, turn):
    author, accused = IDS[::-1] if turn else IDS
    found = worded(claims_world.own_claims_and_copies(random.Random(seed), author, accused))
    for attribution in found.attributions:
        assert attribution.determination == UNDETERMINED
        against = [w for w in attribution.weights if dict(w.bits)[accused] > dict(w.bits)[author]]
        assert len({w.line for w in against}) <= 1
        assert attribution.lines <= 1


def test_perceived_fire_beside_the_words_is_still_found():
    """The tests of words alone could pass because nothing is ever found; here two cameras are enough."""
    rows = rows_of(IDS, 400, 5)
    assert {a.determination for a in worded(rows).attributions} > {UNDETERMINED}
