"""What the device costs, measured beside what it stands on, in one run on one machine: ratios travel, seconds do not.

A benchmark is a module with a sentence for a docstring and `measure() -> Iterable[Figure]`.
"""
