"""What several tasks want to read at the same time is read once; nothing that one of them does disturbs another."""

import signal
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pytest

from mlgov.errors import TablesError, UsageError
from mlgov.monitors.shared_reads import HELD_BATCHES, SharedTables, together
from mlgov.ports import Scorer, Tables
from tests.fakes.scorer import MemoryScorer
from tests.fakes.tables import MemoryTables
from tests.monitors.four import Counted

NUMBERS = [pa.RecordBatch.from_pydict({"n": [number]}) for number in range(20)]
HOURS = [datetime(2026, 11, 1, hour, tzinfo=UTC) for hour in range(3)]


@pytest.fixture(autouse=True)
def no_threads_stay() -> Iterator[None]:
    """Whatever a test does, what it started has ended."""
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before


class Stream(MemoryTables):
    """Tables that do something before each batch, and know how many they gave."""

    def __init__(self, before: Callable[[int], None] = lambda number: None) -> None:
        super().__init__({"a": NUMBERS, "b": NUMBERS})
        self.before, self.given = before, 0

    def batches(self, uri: str, **named: Any) -> Iterator[pa.RecordBatch]:
        for number, batch in enumerate(super().batches(uri, **named)):
            self.before(number)
            self.given += 1
            yield batch


def ran(tables: Tables, *tasks: Callable[[SharedTables], Any]) -> list[Any]:
    """Do tasks and give what they return."""
    return list(together(tables, tasks))


def numbers(batches: Iterable[pa.RecordBatch]) -> list[int]:
    return [number for batch in batches for number in batch.column("n").to_pylist()]


def reads(uri: str, **named: Any) -> Callable[[SharedTables], list[int]]:
    """Make a task that reads all."""
    return lambda tables: numbers(tables.batches(uri, **named))


def folds(uri: str, **named: Any) -> Callable[[SharedTables], list[int]]:
    """Make a task that takes all in part by part."""
    return lambda tables: sorted(tables.fold(uri, numbers, list.__add__, **named))


ALL = list(range(20))


# What is one read


def test_all_who_want_the_same_get_it_from_one_read() -> None:
    """In its order, whether they take it row by row or part by part."""
    counted = Counted(Stream())
    assert ran(counted, reads("a"), folds("a"), reads("a")) == [ALL, ALL, ALL]
    assert counted.reads == [("batches", "a")]


def test_who_folds_alone_folds_as_the_engine_does() -> None:
    """On all of its cores."""
    counted = Counted(Stream())
    assert ran(counted, reads("a"), folds("b"), reads("a")) == [ALL, ALL, ALL]
    assert counted.reads == [("batches", "a"), ("fold", "b")]


def test_a_cluster_is_asked_for_each_fold() -> None:
    """Its data stays where it is."""
    counted = Counted(Stream(), cluster=True)
    assert ran(counted, folds("a"), folds("a"), reads("a"), reads("a")) == [ALL] * 4
    assert counted.reads == [("batches", "a"), ("fold", "a"), ("fold", "a")]


def test_who_leaves_out_columns_reads_alone() -> None:
    """What is refused for its size may be a column that it does not read."""
    counted = Counted(Stream())
    assert ran(counted, folds("a", only=["n"]), folds("a", only=["n"]), folds("a")) == [ALL] * 3
    assert len(counted.reads) == 3


@pytest.mark.parametrize(
    ("minded", "found"), [(False, [("batches", "a")]), (True, [("batches", "a"), ("batches", "a")])]
)
def test_types_part_those_who_read_only_where_they_matter(minded: bool, found: list[tuple[str, str]]) -> None:
    """The engine is asked once, not once for each task."""
    asked: list[str] = []

    class Minding(Stream):
        def minds_types(self, uri: str, *, data_format: str | None = None) -> bool:
            asked.append(uri)
            return minded

    counted = Counted(Minding())
    typed = reads("a", columns={"n": pa.int64()})
    assert ran(counted, typed, reads("a"), typed, reads("a", columns={})) == [ALL] * 4
    assert (counted.reads, asked) == (found, ["a"])


def test_formats_and_hours_part_those_who_read() -> None:
    """Only equal hours are one read."""

    def within(start: int, end: int) -> Callable[[SharedTables], list[int]]:
        return lambda tables: numbers(tables.within(HOURS[start], HOURS[end]).batches("a"))

    counted = Counted(Stream())
    tasks = [within(0, 1), within(0, 1), within(0, 2), reads("a"), reads("a", data_format="csv")]
    assert ran(counted, *tasks) == [ALL] * 5
    assert len(counted.reads) == 4


def test_later_reads_are_shared_too() -> None:
    """Labels after rows; a task that comes to the same source later has a read of its own."""
    counted = Counted(Stream())

    def both(tables: SharedTables) -> list[int]:
        return numbers(tables.batches("a")) + numbers(tables.batches("b"))

    assert ran(counted, both, both, reads("a")) == [ALL + ALL, ALL + ALL, ALL]
    assert counted.reads == [("batches", "a"), ("batches", "b")]


def test_few_batches_are_held() -> None:
    """The reader waits for the slowest: it is at most some batches ahead."""
    stream, ahead = Stream(), []

    def slow(tables: SharedTables) -> None:
        for taken, _ in enumerate(tables.batches("a"), 1):
            threading.Event().wait(0.002)
            ahead.append(stream.given - taken)

    ran(stream, slow, reads("a"))
    assert 0 < max(ahead) <= HELD_BATCHES + 1


# Who leaves, and who reads two at a time


def test_who_wants_no_more_leaves_and_the_others_go_on() -> None:
    """By closing, by an error, or by being forgotten in an error's trace."""
    kept: list[BaseException] = []

    def closes(tables: SharedTables) -> int:
        for batch in tables.batches("a"):
            return int(batch.num_rows)
        return 0

    def forgets(tables: SharedTables) -> None:
        batches = tables.batches("a")
        next(batches)
        try:
            raise ValueError
        except ValueError as error:  # its trace has this frame, and with it the reading
            kept.append(error)

    counted = Counted(Stream())
    assert ran(counted, closes, reads("a"), forgets, folds("a")) == [1, ALL, None, ALL]
    assert counted.reads == [("batches", "a")]


def test_reading_ends_when_nobody_listens() -> None:
    """Soon after."""
    stream = Stream()

    def first(tables: SharedTables) -> int:
        with closing(tables.batches("a")) as batches:
            return int(next(batches).num_rows)

    assert ran(stream, first, first) == [1, 1]
    assert stream.given <= HELD_BATCHES + 2


def test_a_second_reading_inside_the_first_is_served_apart() -> None:
    """Nobody waits for anybody."""

    def nested(tables: SharedTables) -> list[int]:
        found = [next(numbers_of(tables)) for _ in tables.batches("a")]
        return found + sorted(tables.fold("b", numbers, list.__add__))

    def numbers_of(tables: SharedTables) -> Iterator[int]:
        yield sum(numbers(tables.batches("b"))) + tables.fold("b", lambda batches: len(list(batches)), int.__add__)

    assert ran(Stream(), nested, reads("a"), nested) == [[210] * 20 + ALL, ALL, [210] * 20 + ALL]


# Trouble


def test_an_error_of_reading_comes_to_all_after_the_same_rows() -> None:
    """To each as its own."""

    def damaged(number: int) -> None:
        if number == 5:
            raise TablesError("Row 5 is damaged.", hint="Mend it.")

    def task(tables: SharedTables) -> tuple[list[int], TablesError]:
        met: list[int] = []
        with pytest.raises(TablesError) as caught:
            for batch in tables.batches("a"):
                met += numbers([batch])
        return met, caught.value

    found = ran(Stream(damaged), task, task, task)
    assert [(met, error.message, error.hint) for met, error in found] == [
        (ALL[:5], "Row 5 is damaged.", "Mend it.")
    ] * 3
    assert len({id(error) for _, error in found}) == 3


def test_an_error_that_cannot_be_copied_comes_as_it_is() -> None:
    """Rather that than none."""

    class OddError(Exception):
        def __init__(self, *, number: int) -> None:
            super().__init__(f"odd {number}")

    def damaged(number: int) -> None:
        raise OddError(number=number)

    def task(tables: SharedTables) -> str:
        with pytest.raises(OddError) as caught:
            next(tables.batches("a"))
        return str(caught.value)

    assert ran(Stream(damaged), task, task) == ["odd 0", "odd 0"]


def test_an_error_of_one_task_is_raised_in_its_turn() -> None:
    """What came before it is there, and nothing is left running."""

    def breaks(tables: SharedTables) -> None:
        next(tables.batches("a"))
        raise UsageError("No.")

    found: list[list[int]] = []
    with pytest.raises(UsageError, match="No"), closing(together(Stream(), [reads("a"), breaks, reads("a")])) as done:
        for each in done:
            found.append(each)
    assert found == [ALL]


@pytest.mark.parametrize("at", [0, 7])
def test_a_fold_that_fails_fails_alone(at: int) -> None:
    """Shared or not."""

    def step(batches: Iterable[pa.RecordBatch]) -> int:
        for batch in batches:
            if numbers([batch])[0] >= at:
                raise UsageError(f"No {at}.")
        return 0

    def task(tables: SharedTables) -> str:
        with pytest.raises(UsageError) as caught:
            tables.fold("a", step, int.__add__)
        return caught.value.message

    assert ran(Stream(), task, reads("b"), reads("b")) == [f"No {at}.", ALL, ALL]
    assert ran(Stream(), task, reads("a"), task) == [f"No {at}.", ALL, f"No {at}."]


# Stopping


@pytest.mark.parametrize("uri", ["a", "b"])
def test_ctrl_c_while_reading_ends_all(uri: str) -> None:
    """Those who listen and those who wait."""

    def pressed(number: int) -> None:
        if number == 5:
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        ran(Stream(pressed), reads("a"), reads("a"), folds(uri), reads("b"))


def test_ctrl_c_while_a_task_works_ends_all() -> None:
    """At the next step of each; a model is not asked again."""
    begun, asked = threading.Event(), MemoryScorer(lambda table: table.sum(axis=1))

    def works(tables: SharedTables) -> None:
        found = tables.scorers(lambda name: asked)
        assert found
        model: Scorer = found("any")
        begun.set()
        while True:
            model.score(["n"], [[1.0]])
            threading.Event().wait(0.001)

    def press() -> None:
        begun.wait()
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    presser = threading.Thread(target=press)
    presser.start()
    with pytest.raises(KeyboardInterrupt):
        ran(Stream(), works, reads("a"), works)
    presser.join()


def test_who_closes_early_leaves_nothing_running() -> None:
    """Results that nobody takes are not worked out."""
    done: Generator[Any, None, None] = together(Stream(), [lambda tables: "first", reads("a"), reads("b")])
    assert next(done) == "first"
    done.close()


def test_what_stops_a_task_is_no_error_of_its_data() -> None:
    """A task that catches errors does not take the end for one."""
    caught: list[Exception] = []

    def careful(tables: SharedTables) -> None:
        try:
            numbers(tables.batches("b"))
        except Exception as error:
            caught.append(error)

    with closing(together(Stream(), [lambda tables: "first", careful])) as done:
        next(done)
    assert caught == []


# Models


def test_one_task_at_a_time_asks_models() -> None:
    """From its first question to its end."""
    steps: list[int] = []

    def asks(number: int) -> Callable[[SharedTables], None]:
        def task(tables: SharedTables) -> None:
            numbers(tables.batches("a"))
            found = tables.scorers(lambda name: MemoryScorer(lambda table: table.sum(axis=1)))
            assert found
            model = found("any")
            for _ in range(3):
                steps.append(number)
                model.score(["n"], [[1.0]])
                threading.Event().wait(0.002)

        return task

    ran(Stream(), asks(1), asks(2), reads("a"), asks(3))
    assert steps == [1, 1, 1, 2, 2, 2, 3, 3, 3]


def test_without_models_there_are_none() -> None:
    """The task says so itself."""
    assert ran(Stream(), lambda tables: tables.scorers(None), reads("a")) == [None, ALL]


def sequence_of(count: int) -> Sequence[Callable[[SharedTables], list[int]]]:
    return [reads("a") if number % 3 else folds("ab"[number % 2]) for number in range(count)]


def test_many_tasks_come_to_an_end() -> None:
    """Each with its own result, in order."""
    assert ran(Stream(), *sequence_of(60)) == [ALL] * 60
