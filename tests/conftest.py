"""What holds for all tests."""

import os

# The adapters run the real git; the settings of whoever runs the tests must not steer it.
os.environ["GIT_CONFIG_GLOBAL"] = os.devnull
os.environ["GIT_CONFIG_NOSYSTEM"] = "1"
