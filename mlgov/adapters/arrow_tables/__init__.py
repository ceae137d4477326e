"""Data files through PyArrow: Parquet, CSV and SageMaker capture, as record batches in bounded memory."""

from mlgov.adapters.arrow_tables.limits import Limits
from mlgov.adapters.arrow_tables.tables import ArrowTables

__all__ = ["ArrowTables", "Limits"]
