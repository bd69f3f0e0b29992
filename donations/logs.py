"""What logs say, without the secrets that stand in addresses."""

import logging
import re

# A signature as django.core.signing writes it, with the number and version that it signs; and the
# token of a link to choose a password.
TOKEN = re.compile(r"\b(?:[0-9]+(?:-[0-9a-f]+)?\.[\w-]{43}|[0-9a-z]{1,13}-[0-9a-f]{32}\b)")


class WithoutTokens(logging.Formatter):
    """Blank signed links, wherever they stand: in the address of a line or in a traceback."""

    def format(self, record):
        return TOKEN.sub("[link]", super().format(record))
