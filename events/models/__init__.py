"""What is on: events with their sessions."""

from .programme import Event, EventQuerySet, Session

__all__ = ["Event", "EventQuerySet", "Session"]
