"""When are two written answers the same?"""

import re
import unicodedata

from courses.scoring.kinds import ANY


def comparable(text: str, *, is_case_sensitive: bool, are_accents_significant: bool) -> str:
    """Fold white space and typographic apostrophes, and what the question says does not matter."""
    folded = " ".join(unicodedata.normalize("NFC", text).replace("’", "'").split())
    if not is_case_sensitive:
        folded = folded.casefold()
    if not are_accents_significant:
        spread = unicodedata.normalize("NFD", folded)
        folded = unicodedata.normalize("NFC", "".join(sign for sign in spread if not unicodedata.combining(sign)))
    return folded


def is_accepted(accepted: str, written: str, **rules: bool) -> bool:
    """Whether `written` is the accepted answer; a `*` in it stands for any signs."""
    parts = comparable(accepted, **rules).split(ANY)
    pattern = ".*".join(re.escape(part) for part in parts)
    return re.fullmatch(pattern, comparable(written, **rules), re.DOTALL) is not None
