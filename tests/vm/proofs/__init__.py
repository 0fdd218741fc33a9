"""Inside the machine: each function proves one thing, and says what it saw. AssertionError when it is not so."""
