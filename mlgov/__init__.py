"""mlgov: git-native governance for machine learning."""
