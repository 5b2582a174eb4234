"""Numbers as people in Italy write them."""

import re
from decimal import Decimal

LONGEST = 30
THOUSANDS = re.compile(r"[1-9]\d{0,2}(\.\d{3})+(,\d+)?")
PLAIN = re.compile(r"\d+([.,]\d+)?|[.,]\d+")


def read_number(text: str) -> Decimal | None:
    """Return the number, or None when it is none: 140.000, 140 000 and 140000 are the same, so are 0,5 and 0.5.

    A point before groups of three digits separates thousands; otherwise point and comma are the decimal sign.
    Euro and percent signs are left aside.
    """
    bare = re.sub(r"[\s'’€%]|euro$", "", text[: 2 * LONGEST].strip().lower())
    sign, digits = (-1, bare[1:]) if bare[:1] in {"-", "−"} else (1, bare.removeprefix("+"))
    if len(digits) > LONGEST or not digits.isascii():
        return None
    if THOUSANDS.fullmatch(digits):
        digits = digits.replace(".", "")
    elif not PLAIN.fullmatch(digits):
        return None
    return sign * Decimal(digits.replace(",", "."))
