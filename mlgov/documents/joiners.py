"""Where Unicode needs the zero-width joiner (U+200D) and non-joiner (U+200C); everywhere else they only hide.

Source: RFC 5892, appendix A.1 and A.2 (CONTEXTJ), and the emoji ZWJ sequences of UTS 51. In place of the joining types,
which Python does not know, letters and marks of the scripts that join stand on both sides of a non-joiner.
"""

import re
import unicodedata

NON_JOINER, JOINER = "\u200c", "\u200d"

_VIRAMA = 9  # its combining class

#: What the names of the characters begin with, in scripts whose letters join.
_JOINING_SCRIPTS = (
    "ADLAM ",
    "ARABIC ",
    "CHORASMIAN ",
    "HANIFI ROHINGYA ",
    "MANDAIC ",
    "MANICHAEAN ",
    "MONGOLIAN ",
    "NKO ",
    "PHAGS-PA ",
    "PSALTER PAHLAVI ",
    "SOGDIAN ",
    "SYRIAC ",
)
_LETTERS_AND_MARKS = frozenset({"Lo", "Lu", "Ll", "Lm", "Mn"})

#: The property Extended_Pictographic of emoji-data.txt, as far as pictures exist there.
_PICTURE = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u2199\u21a9\u21aa\u231a\u231b\u2328\u2388\u23cf\u23e9-\u23f3\u23f8-\u23fa"
    "\u24c2\u25aa\u25ab\u25b6\u25c0\u25fb-\u25fe\u2600-\u2605\u2607-\u2612\u2614-\u2685\u2690-\u2705\u2708-\u2712\u2714"
    "\u2716\u271d\u2721\u2728\u2733\u2734\u2744\u2747\u274c\u274e\u2753-\u2755\u2757\u2763-\u2767\u2795-\u2797\u27a1\u27b0"
    "\u27bf\u2934\u2935\u2b05-\u2b07\u2b1b\u2b1c\u2b50\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001f0ff\U0001f10d-\U0001f10f"
    "\U0001f170\U0001f171\U0001f17e\U0001f17f\U0001f18e\U0001f191-\U0001f19a\U0001f201\U0001f202\U0001f21a\U0001f22f"
    "\U0001f232-\U0001f23a\U0001f250\U0001f251\U0001f300-\U0001f3fa\U0001f400-\U0001f53d\U0001f546-\U0001f64f"
    "\U0001f680-\U0001f6ff\U0001f7e0-\U0001f7eb\U0001f7f0\U0001f90c-\U0001f93a\U0001f93c-\U0001f945\U0001f947-\U0001faff]"
)
_PICTURE_BEFORE = re.compile(_PICTURE + "[\U0001f3fb-\U0001f3ff]?\ufe0f?$")
_PICTURE_AFTER = re.compile(_PICTURE)


def is_needed(text: str, at: int) -> bool:
    """Say whether the character at the place ``at`` of ``text`` is a joiner or non-joiner that its neighbours need."""
    if text[at] not in (NON_JOINER, JOINER) or not at:
        return False
    before, after = text[at - 1], text[at + 1 : at + 2]
    if unicodedata.combining(before) == _VIRAMA:
        return True
    if text[at] == NON_JOINER:
        return _joins(before) and _joins(after)
    return bool(_PICTURE_BEFORE.search(text[max(0, at - 3) : at]) and _PICTURE_AFTER.match(text, at + 1))


def _joins(character: str) -> bool:
    """Say whether a character is a letter or a mark of a script whose letters join."""
    if not character or unicodedata.category(character) not in _LETTERS_AND_MARKS:
        return False
    return unicodedata.name(character, "").startswith(_JOINING_SCRIPTS)
