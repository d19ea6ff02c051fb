"""The container image without an engine: the Dockerfile's own steps, carried out in folders."""
