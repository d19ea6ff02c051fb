"""Benchmarks: each a module with a function row() that returns what it measured, and fails where a promise is not kept."""
