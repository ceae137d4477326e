"""Schedules of Model Monitor, taken over as a monitor set."""

from mlgov.monitors.sagemaker.descriptions import Descriptions, described
from mlgov.monitors.sagemaker.taking_over import BaselineFile, Left, TakenOver, take_over

__all__ = ["BaselineFile", "Descriptions", "Left", "TakenOver", "described", "take_over"]
