"""Who may do what to which model, endpoint, card, bucket and role: roles asked in plain words, offline."""

from mlgov.roles.matrix.abilities import KINDS, Ability, Ask, abilities, abilities_of
from mlgov.roles.matrix.asking import Cell, Thing, ask
from mlgov.roles.matrix.subjects import Holder, Subject, subject_of

__all__ = [
    "KINDS",
    "Ability",
    "Ask",
    "Cell",
    "Holder",
    "Subject",
    "Thing",
    "abilities",
    "abilities_of",
    "ask",
    "subject_of",
]
