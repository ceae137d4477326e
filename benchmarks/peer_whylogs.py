"""whylogs' profiles of two Parquet files: ``python peer_whylogs.py REFERENCE CURRENT``."""

import sys

import pandas as pd
import whylogs

for path in sys.argv[1:3]:
    view = whylogs.log(pandas=pd.read_parquet(path)).view()
    print(sorted(view.get_columns(), reverse=True), view.to_pandas().shape)
