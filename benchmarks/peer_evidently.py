"""Evidently's data drift preset on two Parquet files: ``python peer_evidently.py REFERENCE CURRENT``."""

import sys

import pandas as pd
from evidently import Report
from evidently.presets import DataDriftPreset

reference, current = (pd.read_parquet(path) for path in sys.argv[1:3])
result = Report([DataDriftPreset()]).run(current, reference)
print(result.json()[:2000])
