"""What type checkers see of `mlgov`: the Python SDK, which is loaded late at run time."""

from mlgov.sdk import *

__version__: str
