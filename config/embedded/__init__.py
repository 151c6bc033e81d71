"""Servers of our own on this machine: no root, no configuration, gone when their parent goes."""
