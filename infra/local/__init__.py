"""The local stack: an embedded AWS and an outside world, both on 127.0.0.1.

`python -m infra.local up | down | status | run`; the Makefile calls it. What runs is the deployed
zip on emulated services; what stands in for the platforms is a server that answers as they do.
"""
