"""The site's settings with the limits of its forms lifted: a storm comes from one address."""

from lfnkr.settings import *  # noqa: F403

PLEDGES_AN_HOUR = LINKS_AN_HOUR = 10**9
