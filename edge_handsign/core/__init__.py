"""The behaviour of the box without the box: NumPy and dataclasses only, and time is always an argument."""
