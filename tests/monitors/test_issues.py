"""Planning issues: one per monitor, closed only by real passes, and nothing left to do after the plan is done."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlgov.errors import ForgeError
from mlgov.monitors.health import MonitorHealth
from mlgov.monitors.issue_actions import LABEL, Close, Comment, Edit, Open, Reopen, apply
from mlgov.monitors.issue_text import UMBRELLA, checker_marker, hook_marker, marker_of, monitor_marker
from mlgov.monitors.issues import merge_duplicates, plan, synchronise
from mlgov.ports import Issue
from tests.fakes.forge import MemoryForge
from tests.monitors.health_factory import alerting, broken, healths, passing, violation


@pytest.fixture
def forge() -> MemoryForge:
    return MemoryForge()


def kinds(forge: MemoryForge, *given: MonitorHealth, max_new: int = 10) -> list[type]:
    return [type(action) for action in plan(given, forge.issues(LABEL), max_new=max_new)]


def run(forge: MemoryForge, *given: MonitorHealth, max_new: int = 10) -> list[type]:
    """Plan and carry out, and give the kinds of the actions."""
    actions = plan(given, forge.issues(LABEL), max_new=max_new)
    applied = apply(actions, forge)
    assert applied.failed == ()
    return [type(action) for action in actions]


def open_issues(forge: MemoryForge) -> list[Issue]:
    return [issue for issue in forge.issues(LABEL) if issue.open]


# Opening


def test_an_alert_opens_an_issue(forge: MemoryForge) -> None:
    """The issue carries the marker of its monitor, our label, and what was found."""
    assert run(forge, alerting("age", "income")) == [Open]
    (issue,) = forge.issues(LABEL)
    assert marker_of(issue.body) == "<!-- mlgov:monitor model=churn monitor=data-quality v1 -->"
    assert issue.title == "churn: Data quality in alert"
    assert "age: baseline_drift_check: 0.31 is over 0.2" in issue.body
    assert "@model-owners" in issue.body


def test_a_monitor_that_is_well_opens_nothing(forge: MemoryForge) -> None:
    """No alert, no issue."""
    assert run(forge, passing(0), passing(3, model="fraud")) == []


def test_the_issue_gets_the_labels_of_its_monitor(forge: MemoryForge) -> None:
    """Labels that a monitor asks for stand beside ours."""
    run(forge, replace(alerting(), labels=("on-call", LABEL)))
    assert [issue.labels for issue in forge.issues(LABEL)] == [(LABEL, "on-call")]


def test_every_monitor_has_its_own_issue(forge: MemoryForge) -> None:
    """Two monitors of one model do not share an issue."""
    run(forge, alerting(), replace(alerting(), monitor="bias"))
    assert len({marker_of(issue.body) for issue in open_issues(forge)}) == 2


def test_a_marker_inside_a_line_is_no_marker(forge: MemoryForge) -> None:
    """Only a line that is the marker and nothing else makes an issue ours."""
    forge.add("Quote", f"Look: {monitor_marker(alerting())}", [LABEL], forge.login)
    assert run(forge, alerting()) == [Open]


# Keeping up to date


def test_the_same_state_again_plans_nothing(forge: MemoryForge) -> None:
    """Running twice changes nothing."""
    run(forge, alerting())
    assert run(forge, alerting()) == []


def test_new_numbers_edit_the_body_without_a_comment(forge: MemoryForge) -> None:
    """The same features are broken: people are not notified again."""
    run(forge, alerting("age"))
    worse = replace(alerting("age"), violations=(violation("age", "0.52 is over 0.2"),), execution_id="run-2")
    assert run(forge, worse) == [Edit]
    assert "0.52" in forge.issues(LABEL)[0].body


def test_another_set_of_violations_is_commented(forge: MemoryForge) -> None:
    """A feature more is news; so is the way back."""
    run(forge, alerting("age"))
    assert run(forge, alerting("age", "income", run="run-2")) == [Comment, Edit]
    assert run(forge, alerting("age", run="run-3")) == [Comment, Edit]
    assert run(forge, alerting("age", "income", run="run-4")) == [Comment, Edit]
    assert len(forge.comments(1)) == 3


def test_the_order_of_violations_does_not_matter(forge: MemoryForge) -> None:
    """A set is a set."""
    run(forge, alerting("age", "income"))
    assert Comment not in run(forge, alerting("income", "age", run="run-2"))


def test_a_pass_while_in_alert_is_no_news(forge: MemoryForge) -> None:
    """Two of three may fail: the pass between changes the text but makes no comment, nor does the next failure."""
    run(forge, alerting("age"))
    assert run(forge, replace(alerting(run="run-2"), violations=())) == [Edit]
    assert run(forge, alerting("age", run="run-3")) == [Edit]


def test_line_ends_of_a_web_form_do_not_matter(forge: MemoryForge) -> None:
    """Saving an issue in a browser turns its line ends into CR LF."""
    run(forge, alerting())
    forge.stored[1] = replace(forge.stored[1], body=forge.stored[1].body.replace("\n", "\r\n"))
    assert run(forge, alerting()) == []


def test_what_people_broke_is_mended(forge: MemoryForge) -> None:
    """A hidden line that is damaged by hand is written anew."""
    run(forge, alerting())
    forge.stored[1] = replace(forge.stored[1], body=forge.stored[1].body.replace("changes=0", "changes=x"))
    run(forge, alerting())
    assert run(forge, alerting()) == []
    assert "changes=1" in forge.stored[1].body or "changes=0" in forge.stored[1].body


# Closing and opening again


def test_enough_passes_close_the_issue(forge: MemoryForge) -> None:
    """One pass is too few, two are what it needs."""
    run(forge, alerting())
    assert run(forge, passing(1)) == [Edit]
    assert run(forge, passing(2, run="run-3")) == [Close]
    assert not forge.stored[1].open
    assert "has recovered" in forge.stored[1].body


def test_no_verdict_closes_nothing(forge: MemoryForge) -> None:
    """Neither too little data nor a broken checker is a pass."""
    run(forge, alerting())
    assert Close not in run(forge, passing(0))
    assert Close not in run(forge, broken())
    assert forge.stored[1].open


def test_a_monitor_that_is_not_given_keeps_its_issue(forge: MemoryForge) -> None:
    """Silence closes nothing."""
    run(forge, alerting())
    assert run(forge) == []


def test_an_issue_that_is_closed_too_early_opens_again(forge: MemoryForge) -> None:
    """Closing by hand does not end an alert; nothing is commented when nothing is new."""
    run(forge, alerting())
    forge.edit_issue(1, is_open=False)
    assert run(forge, alerting()) == [Reopen]


def test_a_new_alert_opens_the_old_issue_again(forge: MemoryForge) -> None:
    """After a recovery the same issue goes on, with a comment."""
    run(forge, alerting("age"))
    run(forge, passing(2))
    assert run(forge, alerting("age", run="run-3")) == [Comment, Reopen]
    assert len(forge.stored) == 1


def test_a_closed_issue_of_a_well_monitor_stays_as_it_is(forge: MemoryForge) -> None:
    """What is over is not edited in every run."""
    run(forge, alerting())
    run(forge, passing(2))
    assert run(forge, passing(3, run="run-3")) == []
    assert run(forge, passing(1, run="run-4")) == []


# A checker that cannot work


def test_a_broken_checker_has_its_own_issue(forge: MemoryForge) -> None:
    """It says why, and is not mixed up with what the monitor found."""
    assert run(forge, alerting(broken="no baseline")) == [Open, Open]
    found, cannot = forge.issues(LABEL)
    assert marker_of(found.body) == monitor_marker(alerting())
    assert marker_of(cannot.body) == checker_marker(alerting())
    assert "no baseline" in cannot.body


def test_a_checker_that_works_again_closes_its_issue(forge: MemoryForge) -> None:
    """A verdict of either kind will do."""
    run(forge, broken())
    assert run(forge, alerting(run="run-2")) == [Close, Open]
    assert [marker_of(issue.body) for issue in open_issues(forge)] == [monitor_marker(alerting())]


# Duplicates


def test_hooks_that_failed_have_an_issue_of_their_own(forge: MemoryForge) -> None:
    """Beside that of the alert; it closes when nothing is left to be done."""
    health = replace(alerting(), hook_trouble="command: exit code 7")
    run(forge, health)
    assert {marker_of(issue.body) for issue in open_issues(forge)} == {monitor_marker(health), hook_marker(health)}
    run(forge, replace(health, hook_trouble=""))
    assert [marker_of(issue.body) for issue in open_issues(forge)] == [monitor_marker(health)]


def test_of_duplicates_the_lowest_number_stays(forge: MemoryForge) -> None:
    """The others are closed with a comment that leads to it."""
    run(forge, alerting())
    twin = forge.stored[1]
    forge.add(twin.title, twin.body, [LABEL], forge.login)
    assert run(forge, alerting()) == [Comment, Close]
    assert [issue.number for issue in open_issues(forge)] == [1]
    assert "#1 is about the same" in forge.comments(2)[0]
    assert run(forge, alerting()) == []


def test_a_closed_original_is_opened_and_its_open_duplicate_closed(forge: MemoryForge) -> None:
    """The lowest number stays, whatever its state."""
    run(forge, alerting())
    forge.edit_issue(1, is_open=False)
    forge.add("Twin", forge.stored[1].body, [LABEL], forge.login)
    assert run(forge, alerting()) == [Comment, Close, Reopen]


def test_a_run_that_knows_less_leaves_an_issue_alone(forge: MemoryForge) -> None:
    """It started earlier and comes later: what the other has written, closed or opened stays."""
    early, late = (f"executions/churn/data-quality/2026-11-{day:02}T000000Z.json" for day in (9, 10))
    run(forge, alerting("age", run=early))
    run(forge, passing(2, run=late))
    assert plan([alerting("age", run=early)], forge.issues(LABEL)) == []
    assert plan([alerting("age", run=late.replace(".json", ".r2.json"))], forge.issues(LABEL)) != []


def test_a_later_revision_of_a_window_knows_more(forge: MemoryForge) -> None:
    """The tenth comes after the second, which letters would not say."""
    path = "executions/churn/data-quality/2026-11-09T000000Z{}.json"
    run(forge, broken(run=path.format(".r10")))
    assert plan([broken("something else", run=path.format(".r2"))], forge.issues(LABEL)) == []
    assert plan([broken("something else", run=path.format(".r11"))], forge.issues(LABEL)) != []


def test_two_workers_leave_one_issue(forge: MemoryForge) -> None:
    """Both plan before either writes; both look again afterwards."""
    first, second = (plan([alerting()], forge.issues(LABEL)) for _ in range(2))
    for actions in (first, second):
        apply(actions, forge)
    for _ in range(2):
        apply(merge_duplicates(forge.issues(LABEL)), forge)
    assert [issue.number for issue in open_issues(forge)] == [1]


# The limit of new issues


def fleet(count: int, run: str) -> list[MonitorHealth]:
    return [alerting(model=f"model-{index:02}", run=run) for index in range(count)]


def test_a_flood_is_limited(forge: MemoryForge) -> None:
    """Three of five get their own issue, the rest is named in one umbrella issue."""
    assert run(forge, *fleet(5, "run-1"), max_new=3) == [Open, Open, Open, Open]
    (umbrella,) = [issue for issue in open_issues(forge) if marker_of(issue.body) == UMBRELLA]
    assert umbrella.title == "2 more monitors need attention"
    assert "model-03 / data-quality" in umbrella.body
    assert "model-04 / data-quality" in umbrella.body


def test_the_limit_holds_for_the_whole_run(forge: MemoryForge) -> None:
    """Planning again for the same executions opens no more."""
    run(forge, *fleet(5, "run-1"), max_new=3)
    assert run(forge, *fleet(5, "run-1"), max_new=3) == []


def test_the_next_run_goes_on(forge: MemoryForge) -> None:
    """Each run opens as many again, and the umbrella issue closes when nothing waits."""
    run(forge, *fleet(7, "run-1"), max_new=3)
    assert run(forge, *fleet(7, "run-2"), max_new=3).count(Open) == 3
    assert run(forge, *fleet(7, "run-3"), max_new=3).count(Open) == 1
    markers = [marker_of(issue.body) for issue in open_issues(forge)]
    assert UMBRELLA not in markers
    assert len(markers) == 7


def test_the_umbrella_issue_is_used_again(forge: MemoryForge) -> None:
    """A later flood opens the closed umbrella issue again."""
    run(forge, *fleet(4, "run-1"), max_new=3)
    run(forge, *fleet(4, "run-2"), max_new=3)
    assert Reopen in run(forge, *fleet(9, "run-3"), max_new=3)
    assert sum(marker_of(issue.body) == UMBRELLA for issue in forge.issues(LABEL)) == 1


def test_an_interrupted_run_opens_what_it_was_allowed(forge: MemoryForge) -> None:
    """The umbrella issue comes first and remembers who gets an issue in this run."""
    actions = plan(fleet(5, "run-1"), [], max_new=3)
    apply(actions[:2], forge)
    assert run(forge, *fleet(5, "run-1"), max_new=3) == [Open, Open]
    assert run(forge, *fleet(5, "run-1"), max_new=3) == []


# Laws


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_after_the_plan_nothing_is_left_to_do(data: st.DataObject) -> None:
    """Whatever happened before, and whatever people did between runs: planning after applying plans nothing."""
    forge = MemoryForge()
    for step in range(data.draw(st.integers(1, 4))):
        state = data.draw(healths(run=str(step)))
        limit = data.draw(st.integers(1, 4))
        assert apply(plan(state, forge.issues(LABEL), max_new=limit), forge).failed == ()
        assert plan(state, forge.issues(LABEL), max_new=limit) == []
        meddle(data, forge)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_lost_replies_lose_and_double_nothing(data: st.DataObject) -> None:
    """Any write may fail before or after it took effect: in the end every alert has one open issue."""
    forge = MemoryForge()
    for step in range(data.draw(st.integers(1, 3))):
        state = data.draw(healths(run=str(step)))
        bad_luck = iter(data.draw(st.lists(st.booleans(), max_size=25)))

        def fault(name: str, moment: str, luck: object = bad_luck) -> None:
            if next(luck, False):  # type: ignore[call-overload]
                raise ForgeError(f"{name} {moment}", transient=True)

        forge.fault = fault
        for _ in range(40):
            try:
                if not synchronise(state, forge).failed:
                    break
            except ForgeError:
                continue
        forge.fault = lambda name, moment: None
        assert plan(state, forge.issues(LABEL)) == []
        ever = [marker_of(issue.body) for issue in forge.stored.values()]
        assert len(ever) == len(set(ever))
        still_open = {marker_of(issue.body) for issue in open_issues(forge)}
        assert {monitor_marker(health) for health in state if health.in_alert} <= still_open
        assert all(len(talk) == len(set(talk)) for talk in forge.talk.values())


def meddle(data: st.DataObject, forge: MemoryForge) -> None:
    """Do to an issue what people do."""
    if not forge.stored:
        return
    number = data.draw(st.sampled_from(sorted(forge.stored)))
    issue = forge.stored[number]
    deed = data.draw(st.sampled_from(["nothing", "close", "reopen", "copy", "cut", "retitle"]))
    if deed == "copy":
        forge.add(issue.title, issue.body, issue.labels, forge.login)
    changes: dict[str, dict[str, object]] = {
        "close": {"open": False},
        "reopen": {"open": True},
        "cut": {"body": issue.body[: len(issue.body) // 2]},
        "retitle": {"title": "Something else"},
    }
    forge.stored[number] = replace(issue, **changes.get(deed, {}))  # type: ignore[arg-type]
