"""A minute of key rotation on this machine, shown as it happens and checked at the end. See __main__.py."""
