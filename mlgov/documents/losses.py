"""Comments that an edit takes away: people wrote them, so people have to agree."""

from mlgov.documents.editor import lost_comments
from mlgov.errors import UsageError

_SHOWN = 10


def check_comments(before: bytes, after: bytes, path: str, *, way: str, agreed: bool = False) -> None:
    """Refuse an edit that takes comments away.

    Args:
        before: The file.
        after: The file as it would be.
        path: Its path.
        way: How to agree to the loss.
        agreed: Whether somebody has agreed to it, or nothing is written.

    Raises:
        UsageError: Comments would be lost; the message says which.
    """
    if agreed or before == after or b"#" not in before:
        return
    if lost := lost_comments(before, after):
        said = "".join(f"\n  {path}:{line}: {text[:120]}" for line, text in lost[:_SHOWN])
        more = f"\n  and {len(lost) - _SHOWN} more" if len(lost) > _SHOWN else ""
        what = f"{len(lost)} comments" if len(lost) > 1 else "a comment"
        raise UsageError(
            f"The edit would take {what} away:{said}{more}", hint=f"Nothing was written. Agree to it with {way}."
        )
