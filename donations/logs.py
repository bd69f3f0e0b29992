"""What logs say, without the secrets that stand in addresses."""

import logging
import re

# A signature as django.core.signing writes it, with the number that it signs.
TOKEN = re.compile(r"\b[0-9]+(?:-[0-9]+)?\.[\w-]{43}")


class WithoutTokens(logging.Formatter):
    """Blank signed links, wherever they stand: in the address of a line or in a traceback."""

    def format(self, record):
        return TOKEN.sub("[link]", super().format(record))
