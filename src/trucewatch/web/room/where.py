"""The policy as a WHERE: a second reading of the same text, which selects what Cedar permits one by one.

Lists are filtered by it in the database, and counted; of each row that is shown Cedar is asked too. It also refuses
a policy that names somebody or that nobody can follow, and Cedar's answers are measured against it
(benchmarks/access.py). The rules that Cedar evaluates are read as a tree; what is known (the person, the hour) is
worked out at once, and what a thing must be for a rule to hold is left as SQL. What of Cedar's language has no reading
here is refused when the policy is read.

A row in which something is missing (NULL) is never selected on the strength of what is missing.
"""

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cedarpy import pst
from sqlalchemy import ColumnElement, FromClause, and_, false, not_, or_, true

from trucewatch.db.tables import has_word

Value = bool | int | str | frozenset[str]
SETS = frozenset({"zones"})  # columns that hold a set of names


@dataclass(frozen=True, slots=True)
class Names:
    """A set of names that a row has (`db.tables.words_of`), which can be asked for a name and compared with nothing."""

    column: ColumnElement[str]


Part = Value | ColumnElement[Any] | Names


class PolicyError(ValueError):
    """A policy cannot be in force; the message is one line for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known before any thing is looked at: who asks to do what, and the circumstances."""

    action: str
    principal: Mapping[str, Value]
    context: Mapping[str, Value]


def where(policies: Iterable[pst.Template], known: Known, table: FromClause) -> ColumnElement[bool]:
    """Return what a row of the table must fulfil: a rule that permits, and none that forbids. Raises PolicyError."""
    reader = _Reader(known, table)
    concerned = [(policy.effect, reader.condition(policy)) for policy in policies if _concerns(policy, known.action)]
    permitted = _some(condition for effect, condition in concerned if effect == "permit")
    forbidden = _some(condition for effect, condition in concerned if effect == "forbid")
    return _sql(_every((permitted, _negated(forbidden))))


def _concerns(policy: pst.Template, action: str) -> bool:
    match policy.action:
        case pst.ScopeAny():
            return True
        case pst.ActionEq(entity=pst.EntityUid(id=name)):
            return name == action
        case pst.ActionIn(entities=named):
            return action in {one.id for one in named}
    raise PolicyError("the rules name an action in a way that lists cannot follow")


# --- one rule ----------------------------------------------------------------------------------------

_COMPARED: Mapping[str, Callable[[Any, Any], Part]] = {
    "eq": operator.eq,
    "not_eq": operator.ne,
    "less": operator.lt,
    "less_eq": operator.le,
    "greater": operator.gt,
    "greater_eq": operator.ge,
}
_MAY_BE_NAMED = frozenset({"role", "kind"})  # never a side, a guarantor, a zone or a person


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one rule after the other for what is known, over the columns of one table."""

    known: Known
    table: FromClause

    def condition(self, policy: pst.Template) -> Part:
        """Return when a rule holds; raise PolicyError for one that lists cannot follow or that names somebody."""
        for scope in (policy.principal, policy.resource):
            if not isinstance(scope, pst.ScopeAny | pst.ScopeIs):
                raise PolicyError("a rule is for one person or one thing alone; rules are for roles")
        return _every([self._clause(clause) for clause in policy.clauses])

    def _clause(self, clause: pst.Clause) -> Part:
        found = self._part(clause.expr)
        return found if isinstance(clause, pst.When) else _negated(found)

    def _part(self, expr: pst.Expr) -> Part:
        match expr:
            case pst.BoolLit(value=value) | pst.LongLit(value=value) | pst.StringLit(value=value):
                return value
            case pst.Set(elements=elements):
                return frozenset(_text(element) for element in elements)
            case pst.GetAttr(base=pst.Var(name=name), attr=attr):
                return self._said(name, attr)
            case pst.UnaryOp(op="not", arg=arg):
                return _negated(self._part(arg))
            case pst.BinaryOp(op=op, left=left, right=right):
                return self._joined(op, left, right)
        raise _unread(type(expr).__name__)

    def _joined(self, op: str, left: pst.Expr, right: pst.Expr) -> Part:
        if op == "and":
            return _every([self._part(left), self._part(right)])
        if op == "or":
            return _some([self._part(left), self._part(right)])
        return self._compared(op, left, right)

    def _said(self, name: str, attr: str) -> Part:
        match name:
            case "resource":
                return Names(self.table.c[attr]) if attr in SETS else self.table.c[attr]
            case "principal":
                return self.known.principal[attr]
            case "context":
                return self.known.context[attr]
        raise _unread(name)

    def _compared(self, op: str, left: pst.Expr, right: pst.Expr) -> Part:
        _check_names_nobody(left, right)
        _check_names_nobody(right, left)
        first, second = self._part(left), self._part(right)
        if op in {"contains", "contains_any"}:
            return _contains(op, first, second)
        if op not in _COMPARED or isinstance(first, Names) or isinstance(second, Names):
            raise _unread(op)
        return _COMPARED[op](first, second)


def _contains(op: str, first: Part, second: Part) -> Part:
    match op, first, second:
        case "contains", frozenset(), ColumnElement():
            return second.in_(sorted(first))
        case "contains", frozenset(), str():
            return second in first
        case "contains", Names(), str():
            return has_word(first.column, second)
        case "contains_any", frozenset(), Names():
            return _some(has_word(second.column, name) for name in sorted(first))
        case "contains_any", Names(), frozenset():
            return _contains(op, second, first)
        case "contains_any", frozenset(), frozenset():
            return bool(first & second)
    raise _unread(f"{op} of what is not known beforehand")


def _check_names_nobody(named: pst.Expr, of: pst.Expr) -> None:
    """Raise PolicyError where a rule has a name in it that is not that of a role or of a kind of thing."""
    texts = named.elements if isinstance(named, pst.Set) else (named,)
    if not any(isinstance(text, pst.StringLit) and text.value for text in texts):
        return
    if not isinstance(of, pst.GetAttr) or of.attr not in _MAY_BE_NAMED:
        raise PolicyError("a rule names a side, a guarantor, a zone or a person; it must be the same for all of them")


def _text(element: pst.Expr) -> str:
    if not isinstance(element, pst.StringLit):
        raise _unread("a set of other things than words")
    return element.value


def _unread(what: str) -> PolicyError:
    return PolicyError(f"a rule uses what lists cannot follow: {what}")


# --- true, false, or what a row must fulfil ----------------------------------------------------------


def _every(parts: Iterable[Part]) -> Part:
    return _joined(parts, neutral=True, join=and_)


def _some(parts: Iterable[Part]) -> Part:
    return _joined(parts, neutral=False, join=or_)


def _joined(parts: Iterable[Part], *, neutral: bool, join: Callable[..., ColumnElement[bool]]) -> Part:
    left_open = []
    for part in parts:
        if part is (not neutral):
            return not neutral
        if part is not neutral:
            left_open.append(_sql(part))
    return join(*left_open) if left_open else neutral


def _negated(part: Part) -> Part:
    return not part if isinstance(part, bool) else not_(_sql(part))


def _sql(part: Part) -> ColumnElement[bool]:
    if isinstance(part, ColumnElement):
        return part
    if not isinstance(part, bool):
        raise PolicyError("a rule has a condition that is neither true nor false")
    return true() if part else false()
