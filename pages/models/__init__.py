"""The front door: pages in a tree, letters to fill in, and the NGO itself."""

from .letters import Addressee, SampleLetter
from .organisation import Link, Organisation
from .tree import LONGEST_ADDRESS, Page, PageDocument, PagePart, Question

__all__ = [
    "LONGEST_ADDRESS",
    "Addressee",
    "Link",
    "Organisation",
    "Page",
    "PageDocument",
    "PagePart",
    "Question",
    "SampleLetter",
]
