"""The package that the Pi's GPIO module lives in."""
