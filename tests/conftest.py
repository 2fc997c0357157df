"""Settings for the whole suite."""

from hypothesis import settings

# How long one example takes depends on what else the machine does: work is bounded by counts.
settings.register_profile("counts, not seconds", deadline=None)
settings.load_profile("counts, not seconds")
