"""The questions of ``mlgov role new``, in their order; what an option has said already is not asked."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

import click

from mlgov.cli.plain import one_line
from mlgov.errors import UsageError
from mlgov.roles.draft import KEYS, NETWORK, TRUST, Answers, asked_parameters, chosen_activities
from mlgov.roles.library import Library
from mlgov.roles.shapes import SHAPES

Answer = TypeVar("Answer")

_ACCOUNT = re.compile("[0-9]{12}")
_REGION = re.compile("[a-z]{2}(-[a-z]+)+-[0-9]{1,2}")
_OWNER = re.compile("@[A-Za-z0-9][A-Za-z0-9._/-]{0,99}")


@dataclass(frozen=True, slots=True)
class Questions:
    """Asks on a terminal, or says which options are missing.

    Attributes:
        library: Personas and activities to choose from.
        options: Option of each answer that is a list, by its key.
    """

    library: Library
    options: Mapping[str, str]

    def complete(self, answers: Answers) -> Answers:
        """Give answers back when nothing is missing that a role cannot do without.

        Raises:
            UsageError: Something is missing or unknown; its hint names the option.
        """
        if not answers.persona:
            raise UsageError("The role needs a persona.", hint=f"Give --persona: one of {self._personas()}.")
        self._known_persona(answers.persona)
        activities = chosen_activities(answers.persona, answers.activities, self.library)
        if not activities:
            raise UsageError(f"The persona {answers.persona} brings no activities.", hint="Give --activity.")
        missing = [key for key in asked_parameters(activities, self.library) if not answers.lists.get(key)]
        if missing:
            wanted = ", ".join(self.options[key] for key in missing)
            raise UsageError(f"The activities of the role need {', '.join(missing)}.", hint=f"Give {wanted}.")
        return answers

    def ask(self, answers: Answers) -> Answers:
        """Ask for what is not answered. An empty answer leaves out what can be left out."""
        answers = replace(answers, persona=answers.persona or self._ask_persona())
        self._known_persona(answers.persona)
        answers = self._ask_place(answers)
        for keys, what in ((NETWORK, "a private network"), (KEYS, "KMS keys")):
            answers = self._ask_group(answers, keys, what)
        if answers.activities is None:
            answers = replace(answers, activities=self._ask_activities(answers.persona))
        activities = chosen_activities(answers.persona, answers.activities, self.library)
        for key in asked_parameters(activities, self.library):
            answers = self._ask_list(answers, key, needed=True)
        answers = self._ask_trust(answers)
        answers = self._ask_list(answers, "managed_policy_arns", needed=False)
        return answers if answers.tags else replace(answers, tags=_prompt("Tags (key=value, ...)", _tags, default=""))

    def _personas(self) -> str:
        return ", ".join(sorted(self.library.personas))

    def _known_persona(self, persona: str) -> None:
        if persona not in self.library.personas:
            raise UsageError(f"There is no persona {persona!r}.", hint=f"Known are {self._personas()}.")

    def _ask_persona(self) -> str:
        for name, persona in sorted(self.library.personas.items()):
            _say(f"  {name:<20} {persona.summary}")
        return _prompt("Persona", self._one_persona)

    def _one_persona(self, text: str) -> str:
        return _fitting(text.strip(), lambda each: each in self.library.personas, "one of these personas")

    def _ask_place(self, answers: Answers) -> Answers:
        account = answers.account or _prompt("AWS account (twelve digits)", _shaped(_ACCOUNT), default="")
        region = answers.region or _prompt("AWS region", _shaped(_REGION), default="")
        description = answers.description or _prompt("What the role is for", str.strip, default="")
        owners = answers.owners or _prompt("Owners (@team, ...)", _owners, default="")
        return replace(answers, account=account, region=region, description=description, owners=owners)

    def _ask_group(self, answers: Answers, keys: tuple[str, ...], what: str) -> Answers:
        """Ask for lists of which a role has all or none."""
        if not any(answers.lists.get(key) for key in keys) and not click.confirm(f"Require {what}?", err=True):
            return answers
        for key in keys:
            answers = self._ask_list(answers, key, needed=True)
        return answers

    def _ask_list(self, answers: Answers, key: str, *, needed: bool) -> Answers:
        if answers.lists.get(key):
            return answers
        text = f"{key.replace('_', ' ').capitalize()}, such as {SHAPES[key].example}"
        values = _prompt(text, lambda said: _values(said, key, needed=needed), default=None if needed else "")
        return replace(answers, lists={**answers.lists, key: values})

    def _ask_activities(self, persona: str) -> list[str] | None:
        """Show all activities and take ids; an empty answer takes those of the persona."""
        own = self.library.personas[persona].activities
        for name, activity in sorted(self.library.activities.items()):
            _say(f"  [{'x' if name in own else ' '}] {name:<28} {activity.title}")
        text = "Activities, by name" + (" (empty: those marked)" if own else "")
        found = _prompt(text, self._several_activities, default="" if own else None)
        return found if found and sorted(found) != sorted(own) else None

    def _several_activities(self, text: str) -> list[str]:
        return [
            _fitting(each, lambda name: name in self.library.activities, "one of these activities")
            for each in _split(text)
        ]

    def _ask_trust(self, answers: Answers) -> Answers:
        """Ask who may assume a role that SageMaker does not."""
        named = answers.github or any(answers.lists.get(key) for key in TRUST)
        if named or self.library.personas[answers.persona].assumed_by == "sagemaker":
            return answers
        values = _prompt("Who may assume it: ARNs of IAM roles, users or SAML providers", _arns)
        saml = [each for each in values if SHAPES["saml_providers"].fits(each)]
        others = [each for each in values if each not in saml]
        return replace(answers, lists={**answers.lists, "saml_providers": saml, "principals": others})


def _say(text: str) -> None:
    click.echo(one_line(text), err=True)


def _prompt(text: str, read: Callable[[str], Answer], default: str | None = None) -> Answer:
    answer: Answer = click.prompt(one_line(text), value_proc=read, default=default, show_default=False, err=True)
    return answer


def _split(text: str) -> list[str]:
    return [each for each in re.split(r"[\s,]+", text) if each]


def _fitting(text: str, fits: Callable[[str], object], words: str) -> str:
    if not fits(text):
        raise click.UsageError(f"{one_line(text)} is not {words}.")
    return text


def _shaped(pattern: re.Pattern[str]) -> Callable[[str], str]:
    return lambda text: _fitting(text.strip(), pattern.fullmatch, "of this form") if text.strip() else ""


def _owners(text: str) -> list[str]:
    return [_fitting(each, _OWNER.fullmatch, "of the form @team") for each in _split(text)]


def _values(text: str, key: str, *, needed: bool) -> list[str]:
    values = [_fitting(each, SHAPES[key].fits, SHAPES[key].words) for each in _split(text)]
    if needed and not values:
        raise click.UsageError("This one is needed.")
    return values


def _arns(text: str) -> list[str]:
    known = (SHAPES["principals"], SHAPES["saml_providers"])
    values = [_fitting(each, lambda arn: any(s.fits(arn) for s in known), "such an ARN") for each in _split(text)]
    if not values:
        raise click.UsageError("Without somebody nobody could use the role.")
    return values


def _tags(text: str) -> dict[str, str]:
    pairs = [each.strip().partition("=") for each in text.split(",") if each.strip()]
    if any(not (key.strip() and sign) for key, sign, _ in pairs):
        raise click.UsageError("Write tags as key=value, key=value.")
    return {key.strip(): value.strip() for key, _, value in pairs}
