"""The .tflite file format, for files that nobody vouches for.

    verify     the only door: no interpreter is given a file that has not come through it
    schema     the tables of the format as dataclasses, made of `slots`; `options`: what operators are told
    reader     bytes → tables, every offset checked; `writer`: tables → bytes
    graph      operators and the tensors between them
    operators  the kinds that image classifiers are made of
    tensors    is a tensor as large as it says, with sane quantisation?
    folding    sizes that a model works out while it runs, although they are known
    shapes     what does an operator make of its inputs? `layers` for those with weights or a window; `step` is one

No interpreter, TensorFlow or flatbuffers package is needed.
"""
