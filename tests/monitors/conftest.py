"""What holds for the tests of monitors."""

from hypothesis import settings

# The first example pays for imports, and a busy machine is slow; neither is a failure.
settings.register_profile("monitors", deadline=None)
settings.load_profile("monitors")
