"""The Debian package: what goes where (tree), which wheels go along (wheels), same commit same bytes (pack).

Runs on the bare Python of a Raspberry Pi OS: standard library only.
"""
