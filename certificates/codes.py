"""The verification code: 80 random bits in Crockford's base 32 with a check character. Pure: no database.

It is written 7Q2M-VX4K-0ZJ9-RB6T-H and read back in any spelling: lower case, O for 0, I or L for 1, with or without
hyphens and spaces. Unlike the register number it cannot be guessed, so that it is the key of the public page.
"""

import secrets
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_LENGTH = 16  # 16 characters of 5 bits
CODE_LENGTH = RANDOM_LENGTH + 1
READ_AS = str.maketrans("OIL", "011")
SEPARATORS = {"Pd", "Zs"}  # Unicode categories: dashes and spaces


def check_character(body: str) -> str:
    """Evaluate the body as a polynomial over GF(32): every single slip and every swap of neighbours changes it."""
    total = 0
    for character in body:
        total = _times_x(total ^ ALPHABET.index(character))
    return ALPHABET[total]


def _times_x(value: int) -> int:
    doubled = value << 1
    return doubled ^ 0b100101 if doubled & 0b100000 else doubled  # reduced by x⁵ + x² + 1


def generate() -> str:
    body = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_LENGTH))
    return body + check_character(body)


def normalise(text: str) -> str | None:
    """Return the 17 characters that somebody meant, or None when it cannot be a code."""
    kept = (character for character in text.strip() if unicodedata.category(character) not in SEPARATORS)
    code = "".join(kept).upper().translate(READ_AS)
    well_formed = len(code) == CODE_LENGTH and set(code) <= set(ALPHABET)
    return code if well_formed and check_character(code[:-1]) == code[-1] else None


def grouped(code: str) -> str:
    """The spelling for people: four groups of four, then the check character."""
    return "-".join(code[start : start + 4] for start in range(0, CODE_LENGTH, 4))
