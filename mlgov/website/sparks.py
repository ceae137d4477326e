"""Sparklines: the last windows of a monitor as one small picture. Height says what colour says."""

from collections import Counter
from collections.abc import Sequence

from markupsafe import Markup

from mlgov.monitors import Outcome
from mlgov.website import badges
from mlgov.website.markup import text

#: Windows that a sparkline has room for.
WINDOWS = 30
STEP, WIDTH, TALL = 3, 2, 12
#: Letter of a way to end -> tone, height and words. The dashboard's script draws by the same table.
WAYS: dict[str, tuple[str, int, str]] = {
    "o": ("ok", 5, "completed"),
    "b": ("bad", 12, "with violations"),
    "w": ("warn", 9, "failed"),
    "m": ("mute", 3, "without a verdict"),
}
_LETTERS = {tone: letter for letter, (tone, _, _) in WAYS.items()}


def runs(recent: Sequence[Outcome]) -> str:
    """Write the last outcomes, oldest first, as one letter each."""
    return "".join(_LETTERS[badges.of_execution(outcome.status).tone] for outcome in recent[-WINDOWS:])


def said(written: str) -> str:
    """Say what a sparkline shows, for instance ``Last 3 windows: 1 completed, 2 with violations``."""
    counted = Counter(written)
    windows = "window" if len(written) == 1 else f"{len(written)} windows"
    return f"Last {windows}: " + ", ".join(f"{counted[way]} {WAYS[way][2]}" for way in WAYS if counted[way])


def spark(written: str) -> Markup:
    """Draw a sparkline."""
    start = (WINDOWS - len(written)) * STEP
    paths = Markup("")
    for way, (tone, height, _) in WAYS.items():
        places = [start + STEP * place for place, letter in enumerate(written) if letter == way]
        if places:
            drawn = "".join(f"M{x} {TALL - height}h{WIDTH}v{height}h-{WIDTH}z" for x in places)
            paths += Markup('<path class="mg-{}" d="{}"></path>').format(tone, drawn)
    box = f"0 0 {WINDOWS * STEP} {TALL}"
    return Markup('<svg class="mg-spark" viewBox="{}" role="img" aria-label="{}">{}</svg>').format(
        box, text(said(written)), paths
    )
