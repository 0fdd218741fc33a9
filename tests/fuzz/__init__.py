"""What comes from outside (settings, parcels, model files, pictures, lines over the socket), spoilt in every way.

A file for each, named by what comes: the good ones that it begins with, how they are spoilt, and who judges what became
of them. `judgement` is what all are held to. `tests/test_fuzz.py` tries a little of each; `scripts/fuzz` as much as is
wanted, and with atheris for hours.
"""
