import pytest

from examples.gallery.models import Models
from tests.viz.conftest import browser

__all__ = ["browser", "models"]


@pytest.fixture(scope="session")
def models():
    """The models of the gallery, trained in a hurry."""
    return Models(hurry=True)
