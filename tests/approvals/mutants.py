"""Takes away one rule of the verifier after the other, and says which removals no vector and no small test notices.

A mutant is one changed function: a statement that reports something is gone, a condition in front of one always holds
or lost a part, a filter lets everything through, a comparison of several things leaves one out. Functions get their
changed code in place, and git's answers are kept from one audit to the next, so hundreds of audits take seconds.
"""

import ast
import copy
import importlib
import types
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlgov.approvals import audit as audits
from mlgov.approvals import contents, record
from mlgov.approvals.effective import standings

MODULES = (
    *("votes", "judge", "replay", "lives", "contents", "writers", "resting", "audit"),
    *("record", "capture", "policy", "subjects"),
)
#: Functions that only word a sentence.
_WORDS = ("_sentence", "_short")
#: Changes that change no answer, by function and what is changed, and why that is so.
EQUIVALENT = {
    ("Replay._holds", "Part 1 of the condition is gone."): "what was approved could be read, so it can be read again",
    ("_is_whole", "Part 1 of the condition is gone."): "the plain reader takes ASCII only, and is asked next",
    ("_with_owners_in", "Part 1 of the condition is gone."): "a shortcut: the whole says what its head says",
    ("same_content", "Part 1 of the condition is gone."): "a shortcut: what comes next gives the same answer",
}
#: Names that say that a statement reports something.
_REPORTS = {"Problem", "RecordError", "_say", "_tell", "_problems", "_lost", "at", "append", "refused"}


@dataclass(frozen=True)
class Mutant:
    """One change.

    Attributes:
        module: Where.
        line: Which line.
        what: What is changed, in words.
        function: Qualified name of the function.
        code: Its changed code.
    """

    module: str
    line: int
    what: str
    function: str
    code: types.CodeType

    def __str__(self) -> str:
        return f"mlgov/approvals/{self.module}.py:{self.line}: {self.what}"


class Remembered:
    """A repository that asks git each question once."""

    def __init__(self, repository: Any) -> None:
        self._repository, self._known = repository, {}

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def ask(*arguments: Any) -> Any:
            key = (name, *(tuple(a) if isinstance(a, list | tuple) else a for a in arguments))
            if key not in self._known:
                self._known[key] = getattr(self._repository, name)(*arguments)
            return self._known[key]

        return ask


@dataclass
class Case:
    """A vector with its repository.

    Attributes:
        vector: The vector.
        repository: Its history.
        ledger: Its ledger.
        options: Options of its audit.
        today: The day.
    """

    vector: dict[str, Any]
    repository: Remembered
    ledger: dict[str, bytes]
    options: dict[str, Any]
    today: Any

    def holds(self) -> bool:
        """Say whether the audit gives what the vector wants."""
        found = audits.audit(self.repository, self.ledger, **self.options)
        if "expect" in self.vector:
            codes = [finding.rule.code for finding in found.findings]
            return sorted(set(codes)) == self.vector["expect"] and self.vector.get("findings") in (None, len(codes))
        named = [s for s in standings(found.outcome, self.today) if s.name == self.vector.get("of", "mail")]
        return not found.findings and [s.effective.value for s in named] == [self.vector["status"]]


def survivors(cases: list[Case], tests: Sequence[Callable[[], None]]) -> list[str]:
    """List the mutants that all vectors and tests let live."""
    judged = (mutant for mutant in mutants() if (mutant.function, mutant.what) not in EQUIVALENT)
    return [str(mutant) for mutant in judged if not _is_killed(mutant, cases, tests)]


def _is_killed(mutant: Mutant, cases: list[Case], tests: Sequence[Callable[[], None]]) -> bool:
    function = _function(mutant)
    before, function.__code__ = function.__code__, mutant.code
    _forget_answers()
    try:
        if any(_fails(test) for test in tests):
            return True
        for number, case in enumerate(cases):
            if _fails_case(case):
                cases.insert(0, cases.pop(number))  # what killed one mutant often kills the next
                return True
        return False
    finally:
        function.__code__ = before
        _forget_answers()


def _forget_answers() -> None:
    for cached in (contents._digest, contents.status_before, contents._is_whole, record.read_record):
        cached.cache_clear()


def _fails(test: Callable[[], None]) -> bool:
    try:
        test()
    except Exception:
        return True
    return False


def _fails_case(case: Case) -> bool:
    try:
        return not case.holds()
    except Exception:
        return True


def _function(mutant: Mutant) -> types.FunctionType:
    found: Any = importlib.import_module(f"mlgov.approvals.{mutant.module}")
    for part in mutant.function.split("."):
        found = found.__dict__[part]
    found = getattr(found, "fget", None) or found
    return getattr(found, "__wrapped__", found)


def mutants() -> Iterator[Mutant]:
    """Make all mutants."""
    for name in MODULES:
        module = importlib.import_module(f"mlgov.approvals.{name}")
        path = Path(str(module.__file__))
        tree = ast.parse(path.read_text())
        for function, owner in _functions(tree):
            if owner in _WORDS:
                continue
            for line, what, changed in _changes(function):
                yield Mutant(name, line, what, owner, _compiled(changed, path, owner))


def _functions(tree: ast.Module) -> Iterator[tuple[ast.FunctionDef, str]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node, node.name
        elif isinstance(node, ast.ClassDef):
            yield from ((part, f"{node.name}.{part.name}") for part in node.body if isinstance(part, ast.FunctionDef))


def _compiled(function: ast.FunctionDef, path: Path, owner: str) -> types.CodeType:
    """Compile one function as its module does, inside a class of its name when it is a method."""
    body: ast.stmt = function
    for name in reversed(owner.split(".")[:-1]):
        body = ast.ClassDef(name=name, bases=[], keywords=[], body=[body], decorator_list=[])
    code = compile(ast.fix_missing_locations(ast.Module(body=[body], type_ignores=[])), str(path), "exec")
    waiting = [code]
    while waiting:
        code = waiting.pop()
        if code.co_qualname == owner and code.co_flags & 0x2:  # a function's own code
            return code
        waiting += [part for part in code.co_consts if isinstance(part, types.CodeType)]
    raise AssertionError(owner)


def _changes(function: ast.FunctionDef) -> Iterator[tuple[int, str, ast.FunctionDef]]:
    """Give every change of one function, with its line and what it is."""
    count = sum(1 for _ in ast.walk(function))
    for number in range(count):
        node = _nth(function, number)
        for what in (*_ways(node), *_answers(function, node)):
            changed = copy.deepcopy(function)
            target = _nth(changed, number)
            what(changed, target)
            yield getattr(node, "lineno", function.lineno), what.__doc__ or "", changed


def _nth(function: ast.FunctionDef, number: int) -> ast.AST:
    return next(node for i, node in enumerate(ast.walk(function)) if i == number)


Way = Callable[[ast.FunctionDef, Any], None]


def _ways(node: ast.AST) -> Iterator[Way]:
    if _reports(node):
        yield _gone
    if isinstance(node, ast.If) and any(_reports(part) for part in (*node.body, *node.orelse)):
        yield _always
        yield from _parts(node.test, lambda target: target.test)
    if isinstance(node, ast.Return) and isinstance(node.value, ast.BoolOp):
        yield from _parts(node.value, lambda target: target.value)
    if isinstance(node, ast.comprehension):
        for i, condition in enumerate(node.ifs):
            yield _through(i)
            yield from _parts(condition, lambda target, i=i: target.ifs[i])
    if isinstance(node, ast.Compare) and isinstance(node.left, ast.Tuple):
        right = node.comparators[0]
        if isinstance(right, ast.Tuple):
            yield from (_less(i) for i in range(len(node.left.elts)))


def _answers(function: ast.FunctionDef, node: ast.AST) -> Iterator[Way]:
    """Let a function that says yes or no always say the one or the other."""
    if isinstance(node, ast.Return) and isinstance(function.returns, ast.Name) and function.returns.id == "bool":
        yield from (_answer(said) for said in (True, False) if ast.unparse(node) != f"return {said}")


def _answer(said: bool) -> Way:
    def change(_: ast.FunctionDef, target: ast.Return) -> None:
        target.value = ast.Constant(value=said)

    change.__doc__ = f"The answer is always {said}."
    return change


def _reports(node: ast.AST) -> bool:
    if isinstance(node, ast.Raise):
        return "RecordError" in ast.unparse(node) or "Error(" in ast.unparse(node)
    if isinstance(node, ast.Return) and node.value is not None:
        called = [n.func for n in ast.walk(node.value) if isinstance(n, ast.Call)]
        return any(isinstance(f, ast.Name) and f.id == "Problem" for f in called)
    if isinstance(node, ast.Expr):
        names = {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)}
        names |= {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
        return isinstance(node.value, ast.Yield | ast.YieldFrom | ast.Call) and bool(names & _REPORTS)
    return False


def _gone(function: ast.FunctionDef, target: ast.stmt) -> None:
    """The report is gone."""
    empty: ast.stmt = ast.Pass()
    if isinstance(target, ast.Expr) and isinstance(target.value, ast.Yield | ast.YieldFrom):
        empty = ast.parse("if False:\n    yield").body[0]
    if isinstance(target, ast.Return):
        empty = ast.parse("return []" if isinstance(target.value, ast.List) else "return None").body[0]
        if isinstance(target.value, ast.IfExp):
            return
    _put(function, target, empty)


def _put(function: ast.FunctionDef, target: ast.stmt, new: ast.stmt) -> None:
    for node in ast.walk(function):
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            if isinstance(block, list) and target in block:
                block[block.index(target)] = new


def _always(_: ast.FunctionDef, target: ast.If) -> None:
    """The condition always holds."""
    target.test = ast.Constant(value=True)


def _through(i: int) -> Way:
    def change(_: ast.FunctionDef, target: ast.comprehension) -> None:
        """The filter lets everything through."""
        target.ifs[i] = ast.Constant(value=True)

    return change


def _parts(condition: ast.expr, find: Callable[[Any], ast.expr]) -> Iterator[Way]:
    if isinstance(condition, ast.BoolOp):
        for i in range(len(condition.values)):
            yield _part(i, find)


def _part(i: int, find: Callable[[Any], ast.expr]) -> Way:
    def change(_: ast.FunctionDef, target: ast.AST) -> None:
        found = find(target)
        assert isinstance(found, ast.BoolOp)
        found.values[i] = ast.Constant(value=isinstance(found.op, ast.And))

    change.__doc__ = f"Part {i + 1} of the condition is gone."
    return change


def _less(i: int) -> Way:
    def change(_: ast.FunctionDef, target: ast.Compare) -> None:
        for side in (target.left, target.comparators[0]):
            assert isinstance(side, ast.Tuple)
            side.elts[i] = ast.Constant(value=None)

    change.__doc__ = f"Part {i + 1} is not compared."
    return change
