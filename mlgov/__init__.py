"""mlgov: git-native governance for machine learning."""

__all__ = ["__version__"]

__version__ = "0.1.0"
