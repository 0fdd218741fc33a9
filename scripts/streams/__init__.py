"""Photographs played as if they came from the camera: what non-signs, decider and their figures are made with."""
