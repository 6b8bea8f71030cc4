"""Segments: a small filter language over what is known of customers. Pure.

    tokens    the words of a text, each with its place
    fields    what can be asked, of which kind each answer is
    parsing   words into a `Segment`, every mistake with its place and its fix
    values    what a field is compared with, read from words
    matching  whether a customer is in the segment
    facts     what is known of a customer, those merged into them included

docs/campaigns.md tells the language to those who write it.
"""
