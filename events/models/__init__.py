"""What is on: events with their sessions, the volunteers and their shifts, who comes."""

from .people import Assignment, Volunteer
from .programme import Event, EventQuerySet, Session
from .registrations import Registration
from .shifts import Duty, Shift

__all__ = [
    "Assignment",
    "Duty",
    "Event",
    "EventQuerySet",
    "Registration",
    "Session",
    "Shift",
    "Volunteer",
]
