"""What holds for all tests."""

import os

from hypothesis import settings

# The adapters run the real git; the settings of whoever runs the tests must not steer it.
os.environ["GIT_CONFIG_GLOBAL"] = os.devnull
os.environ["GIT_CONFIG_NOSYSTEM"] = "1"

# How long an example takes is the machine's business: a busy one is no mistake.
settings.register_profile("any-machine", deadline=None)
settings.load_profile("any-machine")
