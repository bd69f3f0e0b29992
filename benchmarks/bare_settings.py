"""The site's settings without its addresses."""

from lfnkr.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.bare"
