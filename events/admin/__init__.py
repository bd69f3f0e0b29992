"""The coordinators' tools."""

from . import programme

__all__ = ["programme"]
