"""Devices in AWS IoT: a thing, a certificate, a policy."""
