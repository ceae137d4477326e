"""mlgov: git-native governance for machine learning.

``from mlgov import ModelCard, Metric`` gives the Python SDK (`mlgov.sdk`); it is loaded when a name of it is asked for,
so that the command line pays nothing for it.
"""

import importlib
from importlib.machinery import PathFinder

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    if name == "__all__":  # of "from mlgov import *"
        return importlib.import_module("mlgov.sdk").__all__
    # "from mlgov import wiring" asks here first, and must not load the SDK.
    if not name.startswith("_") and PathFinder.find_spec(f"{__name__}.{name}", __path__) is None:
        sdk = importlib.import_module("mlgov.sdk")
        if name in sdk.__all__:
            return getattr(sdk, name)
    raise AttributeError(f"module 'mlgov' has no attribute {name!r}")


def __dir__() -> list[str]:
    return ["__version__", *importlib.import_module("mlgov.sdk").__all__]
