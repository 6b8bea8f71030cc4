"""Keep: the only package that knows DynamoDB.

`records` are the things kept, as values; `models` say how each lies in the one table; the other
modules are the questions asked and the changes made, a file per kind of thing.
"""
