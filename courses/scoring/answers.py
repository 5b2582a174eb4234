"""What is an answer worth? Pure; a question is a mapping as a frozen paper keeps it (courses.models.attempt).

* One answer is taken (one choice, true or false, missing word): its share. Two at once are no answer.
* Several: the shares of what is chosen over the sum of the positive shares, never below 0: choosing everything earns
  nothing, and three right answers of 33 % make 100.
* Matching: the pairs that are right over all pairs.
* Short text and number: the share of the first accepted answer that fits.
* Open: what the tutor gave.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from courses.scoring.kinds import ANY, CHOOSING, SINGLE, Kind
from courses.scoring.numbers import read_number
from courses.scoring.words import is_accepted

HUNDREDTH = Decimal("0.01")
LONGEST_SHORT, LONGEST_OPEN = 400, 20_000
Given = list | dict | str  # chosen ids; pair → number of the option; what was written


def percent(part: int | Decimal, whole: int | Decimal) -> Decimal:
    return (Decimal(100) * part / whole).quantize(HUNDREDTH, ROUND_HALF_UP)


def question_percent(question: Mapping, given: Given | None) -> Decimal:
    """Return 0 to 100 for a question that needs no tutor; nothing given is 0."""
    kind = Kind(question["kind"])
    if not given:
        return Decimal(0)
    if kind == Kind.MATCHING:
        pairs = right_pairs(question)
        return percent(sum(given.get(pair) == option for pair, option in pairs.items()), len(pairs))
    hits = fitting(question, given)
    shares = sum(choice["share_percent"] for choice in hits)
    if kind == Kind.SEVERAL:
        whole = sum(max(0, choice["share_percent"]) for choice in question["choices"])
        return max(Decimal(0), percent(shares, whole)) if whole else Decimal(0)
    return Decimal(max(0, min(100, shares)))


def fitting(question: Mapping, given: Given | None) -> list[Mapping]:
    """The choices that an answer takes or meets: the ones whose comments are for this person."""
    kind, choices = Kind(question["kind"]), question["choices"]
    if not given or kind in {Kind.MATCHING, Kind.OPEN}:
        return []
    if kind in CHOOSING:
        chosen = [choice for choice in choices if choice["id"] in given]
        return [] if kind in SINGLE and len(chosen) > 1 else chosen
    fits = _is_number if kind == Kind.NUMERIC else _is_word
    return next(([choice] for choice in choices if fits(question, choice, given)), [])


def right_pairs(question: Mapping) -> dict[str, int]:
    """Pair → number of its option: the key of a matching question."""
    options = question["options"]
    return {str(pair["id"]): options.index(pair["match"]) for pair in question["choices"] if pair["text"]}


def clean(question: Mapping, given: Given) -> Given:
    """What of an answer belongs to this question; anything else is dropped."""
    kind, ids = Kind(question["kind"]), [choice["id"] for choice in question["choices"]]
    if kind in CHOOSING:
        chosen = sorted(set(given) & set(ids))
        return [] if kind in SINGLE and len(chosen) > 1 else chosen
    if kind == Kind.MATCHING:
        pairs, last = right_pairs(question), len(question["options"])
        return {pair: option for pair, option in given.items() if pair in pairs and option in range(last)}
    return given.strip()[: LONGEST_OPEN if kind == Kind.OPEN else LONGEST_SHORT]


def _is_number(question: Mapping, accepted: Mapping, written: str) -> bool:
    if accepted["text"] == ANY:
        return True
    number = read_number(written)
    return number is not None and abs(number - Decimal(accepted["text"])) <= Decimal(accepted["tolerance"])


def _is_word(question: Mapping, accepted: Mapping, written: str) -> bool:
    rules = {rule: question[rule] for rule in ("is_case_sensitive", "are_accents_significant")}
    return is_accepted(accepted["text"], written, **rules)
