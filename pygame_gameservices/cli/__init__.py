"""The command line, ``gameservices ...``. Needs the ``tools`` extra."""
