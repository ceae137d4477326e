"""The files of SageMaker Model Monitor: statistics.json, constraints.json and constraint_violations.json.

Read with every spelling that has been seen in the wild, unknown keys kept; written as the documentation has them.
"""
