"""NannyML's univariate drift on two Parquet files: ``python peer_nannyml.py REFERENCE CURRENT``."""

import os
import sys

os.environ["NML_DISABLE_USAGE_LOGGING"] = "1"  # else it sends usage to a service, and waits for it

import nannyml
import pandas as pd

reference, current = (pd.read_parquet(path) for path in sys.argv[1:3])
names = list(reference.columns)
calculator = nannyml.UnivariateDriftCalculator(
    column_names=names,
    treat_as_categorical=[name for name in names if name.startswith("cat_")],
    continuous_methods=["kolmogorov_smirnov"],
    categorical_methods=["chi2"],
    chunk_number=1,
)
calculator.fit(reference)
print(calculator.calculate(current).to_df(multilevel=False).T.to_string()[:5000])
