"""Why an answer came out as it did: what of the picture it rests on, and what the units of a backbone look for.

The maths (occlusion, margin, evidence, units) is NumPy over arrays and functions; what a person reads (telling, page,
gallery) is made from it. Nothing here opens a camera, a model or a store.
"""
