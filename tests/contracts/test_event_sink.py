"""What every listener must do."""

from mlgov.events import Notice, Progress
from mlgov.ports import EventSink
from tests.fakes.events import RecordedEvents


def test_a_listener_takes_every_sort_of_event_in_order() -> None:
    """And keeps them apart."""
    recorded = RecordedEvents()
    sink: EventSink = recorded
    sink.emit(Progress("reading", 1, 2))
    sink.emit(Notice("done"))
    assert recorded.heard == [Progress("reading", 1, 2), Notice("done")]
    assert recorded.notices == ["done"]
