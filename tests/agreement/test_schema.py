"""The published schema and our own reading accept and refuse the same tables; jsonschema is the judge of the first."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from papers import BUNDLED, UNHURRIED
from test_text import WITHDRAW

from trucewatch.agreement.check import check
from trucewatch.agreement.duty_keys import OBLIGATIONS
from trucewatch.agreement.fault import AgreementError, Block
from trucewatch.agreement.front import toml_block
from trucewatch.agreement.keys import FRONT, REASON
from trucewatch.agreement.schema import agreement_schema
from trucewatch.agreement.text import Copy, read_agreement
from trucewatch.vocabulary import ObligationKind

SCHEMA = json.loads(agreement_schema())
JUDGES = {
    name: jsonschema.Draft202012Validator({**SCHEMA, "anyOf": [{"$ref": f"#/$defs/{name}"}]})
    for name in ("front_matter", "block")
}


def as_json(value: Any) -> Any:
    """JSON has no dates: they stand as the text that TOML writes."""
    if isinstance(value, dict):
        return {key: as_json(each) for key, each in value.items()}
    if isinstance(value, list):
        return [as_json(each) for each in value]
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def we_accept(table: dict[str, Any], *, is_front: bool) -> bool:
    kind = table.get("kind")
    shape = (
        FRONT if is_front else REASON if "kind" not in table else OBLIGATIONS.get(kind if isinstance(kind, str) else "")
    )
    try:
        if shape is not None:
            check(shape, Block(name="x.md", line=1, table=table))
    except AgreementError:
        return False
    return shape is not None


def both(table: dict[str, Any], *, is_front: bool = False) -> tuple[bool, bool]:
    judge = JUDGES["front_matter" if is_front else "block"]
    return we_accept(table, is_front=is_front), judge.is_valid(as_json(table))


def copies() -> Iterator[Copy]:
    for path in sorted(BUNDLED.glob("*/agreements/*.md")):
        read, mistakes = read_agreement(path.read_bytes(), path.name)
        assert not mistakes
        assert read is not None
        yield read


COPIES = list(copies())
BLOCKS = [dict(block.table) for copy in COPIES for block, _ in copy.placed]


def test_the_published_file_is_what_the_keys_give():
    assert files("trucewatch").joinpath("data/agreement.schema.json").read_bytes() == agreement_schema()


def test_the_schema_is_a_schema_and_says_what_every_key_means():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    keys = [key for one in SCHEMA["$defs"].values() for key in one.get("properties", {}).values()]
    said = [SCHEMA["$defs"][key["$ref"].rsplit("/", 1)[1]] if key.keys() == {"$ref"} else key for key in keys]
    assert all(each["description"] for each in said)


def test_every_obligation_and_front_matter_of_the_bundled_papers_is_accepted_by_both():
    assert [block["id"] for block in BLOCKS if both(block) != (True, True)] == []
    assert [copy.agreement.id for copy in COPIES if both(dict(copy.front.table), is_front=True) != (True, True)] == []


@pytest.mark.parametrize(
    ("kind", "rest"),
    [
        ("prohibit", ""),
        ("prohibit", 'phenomena = ["shot"]\nzone = "z 1"'),
        ("keep_out", 'unit = "drones"\nwithin = ["a", "b"]'),
        ("achieve", 'act = "transfer:agdam"\ncompletes_on = ["x"]\ndeadline = { after = "a", hours = 1.5 }'),
        ("exchange", 'act = "x"\ncategories = ["body"]\nall_for_all = false'),
        ("ceiling", 'act = "x"\ncumulative = true\n[[limits]]\nitem = "m"\nat_most = 3\nby = 2020-01-01T00:00:00Z'),
        ("allow", 'act = "x"\nverify = { any_of = ["monitor_confirms"] }'),
        ("notify", 'act = "x"\nlead = { days = 14 }\n[ended]\non = 2020-01-01\nform = "oral"\nsource = "s"'),
        ("mandate", 'act = "x"\nterm_months = 60\n[[pause]]\nfrom = 2020-01-01\nform = "letter"\nsource = "s"'),
        ("permit_if", 'act = "x"\nexception_to = ["y"]\nconditions = ["c"]\n[[reading]]\nby = []\nanchor = 0'),
        ("establish", 'act = "x"\nopens_on = "o"\n[[amendment]]\non = 2020-01-01\nform = "letter"\nsource = "s"\nexclusive = true'),
        ("condition", 'first = "a"\nthen = "b"\nrelation = "before"\n[[practice]]\ntext = "t"'),
    ],
)  # fmt: skip
def test_a_right_block_of_each_kind_is_accepted_by_both(kind: str, rest: str):
    assert both(dict(block(kind, rest).table)) == (True, True)


def block(kind: str, rest: str) -> Block:
    return toml_block("x.md", 1, f'id = "1"\nkind = "{kind}"\nbearer = "all"\n{rest}'.split("\n"))


@pytest.mark.parametrize(
    ("kind", "rest"),
    [
        ("prohibbit", ""),
        ("prohibit", "phenomena = []"),
        ("prohibit", 'phenomena = ["shoot"]'),
        ("prohibit", 'zone = ""'),
        ("prohibit", 'zone = " z"'),
        ("prohibit", 'zone = "z\\u202e"'),
        ("prohibit", "doubt = 'one'"),
        ("prohibit", "doubt = [' ']"),
        ("prohibit", "exclusive = 'yes'"),
        ("prohibit", 'act = "Transfer:Agdam"'),
        ("prohibit", "verify = { any_of = [] }"),
        ("prohibit", "from = 1899-12-31"),
        ("prohibit", "from = 2020"),
        ("prohibit", "[[reading]]\nby = []\nlimits_apply = 'ceiling'"),
        ("prohibit", "[[reading]]\nnote = 'by whom'"),
        ("prohibit", "[[amendment]]\non = 2020-01-01\nform = 'letter'\nsource = 's'"),
        ("prohibit", "[[pause]]\nform = 'letter'\nsource = 's'"),
        ("prohibit", "review = { by = 'n', on = 2020-01-01T00:00:00, hash = '0123456789ab' }"),
        ("prohibit", "review = { by = 'n', on = 2020-01-01, hash = '0123456789AB' }"),
        ("withdraw", ""),
        ("withdraw", "bands = []"),
        ("withdraw", "[[bands]]\nfrom_mm = 100"),
        ("withdraw", "[[bands]]\ndistance_km = 100001"),
        ("keep_out", "unit = 'drones'"),
        ("keep_out", "unit = 'drones'\nzone = 'z'\nwithin = ['a']"),
        ("achieve", ""),
        ("achieve", "act = 'x'\ncompletes_on = []"),
        ("achieve", "act = 'x'\ndeadline = { after = 'a' }"),
        ("achieve", "act = 'x'\ndeadline = { after = 'a', days = 1, hours = 1 }"),
        ("achieve", "act = 'x'\ndeadline = { after = 'a', days = -1 }"),
        ("achieve", "act = 'x'\ndeadline = { after = 'a', hours = 0 }"),
        ("ceiling", "act = 'x'"),
        ("ceiling", "act = 'x'\n[[limits]]\nitem = 'm'"),
        ("ceiling", "act = 'x'\n[[limits]]\nitem = 'm'\nat_most = 1.5"),
        ("notify", "act = 'x'\nlead = {}"),
        ("mandate", "act = 'x'\nterm_months = 0"),
        ("permit_if", "act = 'x'\nexception_to = []\nconditions = ['c']"),
        ("condition", "first = 'a'\nthen = 'b'\nrelation = 'during'"),
    ],
)
def test_a_wrong_block_is_refused_by_both(kind: str, rest: str):
    assert both(dict(block(kind, rest).table)) == (False, False)


@pytest.mark.parametrize("wrong", ["no = 1", "[anchor.d]\nwords = 'w'", "[anchor.d]\nwords = 'w'\nact = 'a'", "[actor.x]\nname = 'X'",
                                   "[anchor.d]\nwords = 'w'\nat = 2020-01-01\nact = 'a'\nevent = 'e'", "amends = ['a b']",
                                   "[quotation.'a b']\nsource = 's'\nlanguage = 'en'\nverbatim = true"])  # fmt: skip
def test_a_wrong_front_matter_is_refused_by_both(wrong: str):
    right = "id = 'x'\ntitle = 'X'\nin_force = 2020-01-01\ntz = 'UTC'\n"
    assert both(dict(toml_block("x.md", 1, right.split("\n")).table), is_front=True) == (True, True)
    assert both(dict(toml_block("x.md", 1, (right + wrong).split("\n")).table), is_front=True) == (False, False)


# what JSON cannot tell from TOML is left out: a text that looks like a date, 30.0 for 30, nan
OTHER = st.sampled_from([True, 0, 1, -1, 7, 1.5, -2.5, 10**9, "", " ", "x", "a b", "all", "1.a", "a:b", "\u202e", "\x00", [], {}, ["x"], [1], [""], {"x": 1}, [{}], [{"x": 1}], {"after": "a", "days": 1}, date(2020, 1, 1), date(1, 1, 1)])  # fmt: skip
DATED = {"from", "until", "deadline", "on", "by", "at", "signed", "in_force"}


@UNHURRIED
@given(st.sampled_from([*BLOCKS, toml_block("x.md", 1, WITHDRAW.split("\n")).table]), st.data())
def test_a_block_with_a_key_changed_dropped_or_added_is_judged_alike_by_both(table, data):
    table = json_like(table)
    holder = data.draw(st.sampled_from(list(holders(table))))
    known = sorted({*holder, *(key for keys in OBLIGATIONS[ObligationKind(table["kind"])].keys for key in (keys,))})
    key, value = data.draw(st.sampled_from(known)), data.draw(OTHER)
    if data.draw(st.booleans()):
        holder.pop(key, None)
    elif key in DATED or not isinstance(value, date):
        holder[key] = value
    assert len(set(both(table))) == 1


def json_like(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: json_like(each) for key, each in value.items()}
    return [json_like(each) for each in value] if isinstance(value, list) else value


def holders(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from holders(each)
    elif isinstance(value, list):
        for each in value:
            yield from holders(each)
