"""The sections of the gallery, in the order of the page."""

from ..exhibit import section
from . import graphs, models, networks, players, plots, text

SECTIONS = tuple(map(section, (graphs, models, text, networks, plots, players)))
