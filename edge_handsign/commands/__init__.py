"""The verbs of the command line, one a module; these alone choose devices and open them."""
