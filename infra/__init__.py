"""Everything that is not the application: AWS resources, packaging, deploying, the local stack.

Nothing in here is shipped to Lambda, and nothing in `chalicelib` may import it.
"""
