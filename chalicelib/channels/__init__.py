"""IN and OUT: a file per platform that verifies, parses and sends, behind the Protocols of `base`.

`registry` lists them all: a new platform is one file and one line there.
"""
