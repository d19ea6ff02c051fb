"""The ground the integration tests and the demo stand on: real and stand-in servers on free loopback ports.

Every child is stopped by its own pid and dies with this process, however that ends. See README.md for one example of
each class.
"""
