"""Model files: finding them, knowing them, fetching them, and cutting their classifier off.

shelf       where models live, how a name becomes a path, and a model's fingerprint
decapitate  the same model, ending at what the classifier was fed with
info        what a file is
catalogue   the public models that are known by name
install     from a file, an address or a name into the folder where the daemon looks

format/     the .tflite file format; `verify` is the only door: no interpreter sees a file that has not come through
"""
