"""``mlgov card``: everything that authors do with a model card. One file per group of verbs."""

import click

from mlgov.cli.lazy import LazyGroup, Table

COMMANDS: Table = {
    "new": ("mlgov.cli.card.writing:new", "Write a new card from a template."),
    "clone": ("mlgov.cli.card.writing:clone", "Copy a card to a new draft."),
    "edit": ("mlgov.cli.card.writing:edit_", "Change values of a card; comments and order stay."),
    "refresh": ("mlgov.cli.card.refresh:refresh", "Fill a card from MLflow, SageMaker or a file, and keep it fresh."),
    "list": ("mlgov.cli.card.reading:list_", "List the cards."),
    "show": ("mlgov.cli.card.reading:show", "Show a card: for people, as JSON, or its file."),
    "history": ("mlgov.cli.card.reading:history", "Show what each commit did to a card."),
    "versions": ("mlgov.cli.card.reading:versions", "List the versions of a card's content."),
    "todo": ("mlgov.cli.card.todo:todo", "Say what is missing for the next status, by whom, with which command."),
    "submit": ("mlgov.cli.moving:submit_card", "Propose a card for review: branch, commit, pull request."),
    "archive": ("mlgov.cli.moving:archive_card", "Propose to take an approved card out of use."),
    "reinstate": ("mlgov.cli.card.moving:reinstate", "Propose a new draft made from an archived or removed card."),
    "rm": ("mlgov.cli.card.moving:rm", "Propose to remove a draft or an archived card; a tombstone stays."),
    "diff": ("mlgov.cli.card.diff:diff", "Say what changed in cards, and how much it matters."),
    "export": ("mlgov.cli.card.transfer:export", "Write a card in another format."),
    "import": ("mlgov.cli.card.transfer:import_", "Make a draft card of a file in another format."),
    "push": ("mlgov.cli.card.account:push", "Bring cards of a cloud account to what is committed."),
    "pull": ("mlgov.cli.card.account:pull", "Take in cards of a cloud account, and say where they differ."),
    "evaluate": ("mlgov.cli.card.evaluate:evaluate", "Attach an evaluation report, or judge the card by its criteria."),
    "pack": ("mlgov.cli.card.pack:pack", "Pack a card with its evidence, history, PDF and ML-BOM into one file."),
    "coverage": ("mlgov.cli.card.coverage:show", "Hold cards against frameworks such as the EU AI Act."),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def card() -> None:
    """Model cards: write them, move them on, look at them, take them in and out."""
