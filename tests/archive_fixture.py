"""The NGO's real archive, where it is there: beside the repository, never inside it."""

from pathlib import Path

import pytest

ARCHIVE = Path(__file__).resolve().parent.parent.parent / "shared" / "archive"


@pytest.fixture
def archive():
    """The folder of the real archive; the test is skipped where there is none."""
    if not ARCHIVE.is_dir():
        pytest.skip("The real archive (../shared/archive) is not on this machine.")
    return ARCHIVE


@pytest.fixture
def old_home_page(archive):
    """The file that holds the NGO's old home page as text."""
    return archive / "002_74cd1adba36c5c41.txt"
