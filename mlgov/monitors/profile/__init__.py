"""Mergeable profiles: what a window of data looks like, in frozen bins, exact counts and exact sums."""

from mlgov.monitors.profile.categorical import CategoricalProfile, SampledValue
from mlgov.monitors.profile.layout import CategoricalLayout, ColumnKind, ColumnLayout, Layout, NumericLayout
from mlgov.monitors.profile.learn import kind_of, learn_layout
from mlgov.monitors.profile.loading import load
from mlgov.monitors.profile.numeric import NumericProfile
from mlgov.monitors.profile.parts import Types
from mlgov.monitors.profile.rendering import render
from mlgov.monitors.profile.values import ColumnProfile, Profile, Window, empty, merge
from mlgov.monitors.profile.window import Batches, profile

__all__ = [
    "Batches",
    "CategoricalLayout",
    "CategoricalProfile",
    "ColumnKind",
    "ColumnLayout",
    "ColumnProfile",
    "Layout",
    "NumericLayout",
    "NumericProfile",
    "Profile",
    "SampledValue",
    "Types",
    "Window",
    "empty",
    "kind_of",
    "learn_layout",
    "load",
    "merge",
    "profile",
    "render",
]
