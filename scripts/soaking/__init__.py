"""The box over hours, in trouble all the time: what grows, what is written, what ends (scripts/soak)."""
