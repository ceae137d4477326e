"""What policies permit that nobody meant: mistakes in statements, ways to more power, duties that do not go together.

`statements` judges one statement by itself, `escalations` and `duties` the union of all that a role is given. The facts
about AWS's actions are data with a date (`iam_data`); so are the known ways to more power and the duties.
"""
