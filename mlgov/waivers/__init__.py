"""Waivers: findings that somebody answers for, for a while. Decided by people, bound to findings, counted always."""

from mlgov.waivers.check import check_waiver
from mlgov.waivers.rules import RULES
from mlgov.waivers.schema import WaivedFinding, WaiverDocument, WaiverSpec

__all__ = ["RULES", "WaivedFinding", "WaiverDocument", "WaiverSpec", "check_waiver"]
