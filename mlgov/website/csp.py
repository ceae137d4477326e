"""A content security policy for every page: scripts, styles, pictures and data of this site, and nothing else.

The theme has a few short scripts inside its pages. They are allowed by their digests, which are taken from the page
without its content: a script that came in with somebody's text has no digest and does not run.
"""

import base64
import hashlib
import re
from functools import lru_cache

_INLINE = re.compile(r"<script(?: [^>]*)?>(.*?)</script>", re.DOTALL)
_HEAD = re.compile(r"<head>(\s*<meta charset=\"utf-8\">)?")
_RULES = (
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
)


def with_policy(output: str, content: str = "") -> str:
    """Put the policy on top of a page.

    Args:
        output: The whole page.
        content: The part of it that comes from a document; scripts in it are not allowed.
    """
    frame = output.replace(content, "", 1) if content else output
    digests = " ".join(dict.fromkeys(_digest(script) for script in _INLINE.findall(frame) if script.strip()))
    policy = "; ".join((*_RULES, f"script-src 'self' {digests}".strip()))
    tag = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    return _HEAD.sub(lambda found: found[0] + tag, output, count=1)


@lru_cache(maxsize=256)
def _digest(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
