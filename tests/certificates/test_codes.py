"""The verification code: unguessable, and readable back from any spelling."""

from hypothesis import given
from hypothesis import strategies as st

from certificates.codes import ALPHABET, CODE_LENGTH, check_character, generate, grouped, normalise

BODIES = st.text(ALPHABET, min_size=16, max_size=16)
CODES = BODIES.map(lambda body: body + check_character(body))
POSITIONS = st.integers(0, CODE_LENGTH - 1)


@given(CODES)
def test_a_code_reads_back_from_its_own_spelling(code):
    assert normalise(grouped(code)) == code


@given(CODES, st.data())
def test_a_code_reads_back_from_sloppy_spelling(code, data):
    sloppy = {"0": "0Oo", "1": "1IiLl"}
    letters = [data.draw(st.sampled_from(sloppy.get(letter, letter + letter.lower()))) for letter in code]
    gaps = [data.draw(st.sampled_from(["", " ", "-", "–", "\u00a0"])) for _ in code]

    assert normalise("".join(gap + letter for gap, letter in zip(gaps, letters, strict=True))) == code


@given(CODES, POSITIONS, st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(code, position, letter):
    slipped = code[:position] + letter + code[position + 1 :]

    assert normalise(slipped) == (code if slipped == code else None)


@given(CODES, st.integers(0, CODE_LENGTH - 2))
def test_swapped_neighbours_are_noticed(code, position):
    swapped = code[:position] + code[position + 1] + code[position] + code[position + 2 :]

    assert normalise(swapped) == (code if swapped == code else None)


@given(st.text(max_size=40))
def test_any_text_is_a_code_or_none(text):
    code = normalise(text)

    assert code is None or (len(code) == CODE_LENGTH and check_character(code[:-1]) == code[-1])


def test_codes_are_eighty_random_bits():
    codes = {generate() for _ in range(2_000)}

    assert len(codes) == 2_000
    assert {letter for code in codes for letter in code[:-1]} == set(ALPHABET)
    assert {normalise(code) for code in codes} == codes


def test_a_register_number_is_no_code():
    assert normalise("2026/000123") is None


def test_grouped_in_fours():
    assert grouped("7Q2MVX4K0ZJ9RB6TH") == "7Q2M-VX4K-0ZJ9-RB6T-H"
