"""The coordinators' tools."""

from . import people, programme, registrations, shifts

__all__ = ["people", "programme", "registrations", "shifts"]
