from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses import gift
from courses.scoring import GAP, Flaw, Kind, Option

ONE_OF_EACH = r"""// title: Prova finale
// una nota

$CATEGORY: $course$/Appalti

// [id:con-01] [tag:soglie] [tag:D.lgs. 36/2023]
::Soglia:: Quale soglia\: lavori? {
    =150.000 euro #Art. 50.
    ~%50%150.000 euro con IVA
    ~140.000 euro #Vale per i servizi.
    ####Le soglie sono al netto dell'IVA.
}

Che cosa serve? { ~%50%CIG #Sì. ~%50%RUP ~%-50%Gara #No. }

[html]<p>Il <b>RUP</b> serve sempre.</p>{F#È obbligatorio.#Giusto.}

Abbinare. {
    =Affidamento -> RUP
    =Bilancio -> Ragioneria
    = -> Anagrafe
}

// [case:1] [accents:1]
Come si chiama il codice di gara? {=CIG =%80%C.I.G. #Senza punti. =%0%* #È il CIG.}

Quanti giorni? {#=30:2 #Trenta. =%50%30:10 ~#No.}

Fra quanto e quanto? {#1.5..2.5}

Il { =segretario ~sindaco } firma il verbale.

// [criterion:60|Motivazione|Dice perché.] [criterion:40|Forma|]
Scrivere la motivazione. {}
"""


def test_every_type_is_read():
    reading = gift.read(ONE_OF_EACH)

    assert reading.problems == ()
    assert [(q.kind, q.text) for q in reading.questions] == [
        (Kind.ONE, "Quale soglia: lavori?"),
        (Kind.SEVERAL, "Che cosa serve?"),
        (Kind.TRUTH, "Il RUP serve sempre."),
        (Kind.MATCHING, "Abbinare."),
        (Kind.SHORT, "Come si chiama il codice di gara?"),
        (Kind.NUMERIC, "Quanti giorni?"),
        (Kind.NUMERIC, "Fra quanto e quanto?"),
        (Kind.GAP, f"Il {GAP} firma il verbale."),
        (Kind.OPEN, "Scrivere la motivazione."),
    ]


def test_answers_keep_their_shares_comments_pairs_and_tolerances():
    one, several, truth, matching, short, numeric, interval, gap, essay = gift.parse(ONE_OF_EACH)

    assert one.options == (
        Option("150.000 euro", 100, "Art. 50."),
        Option("150.000 euro con IVA", 50),
        Option("140.000 euro", 0, "Vale per i servizi."),
    )
    assert several.options == (Option("CIG", 50, "Sì."), Option("RUP", 50), Option("Gara", -50, "No."))
    assert truth.options == (Option("Vero", 0, "È obbligatorio."), Option("Falso", 100, "Giusto."))
    assert matching.options == (
        Option("Affidamento", match="RUP"),
        Option("Bilancio", match="Ragioneria"),
        Option("", match="Anagrafe"),
    )
    assert short.options == (Option("CIG", 100), Option("C.I.G.", 80, "Senza punti."), Option("*", 0, "È il CIG."))
    assert numeric.options == (
        Option("30", 100, "Trenta.", tolerance=Decimal(2)),
        Option("30", 50, tolerance=Decimal(10)),
        Option("*", 0, "No."),
    )
    assert interval.options == (Option("2", 100, tolerance=Decimal("0.5")),)
    assert gap.options == (Option("segretario", 100), Option("sindaco"))
    assert essay.options == (Option("Motivazione", 60, "Dice perché."), Option("Forma", 40))


def test_comment_lines_hold_what_the_format_has_no_place_for():
    one, *_others, short = gift.parse(ONE_OF_EACH)[:5]

    assert (one.code, one.name, one.tags, one.line) == (
        "con-01",
        "Soglia",
        ("soglie", "D.lgs. 36/2023", "Appalti"),
        7,
    )
    assert one.feedback == "Le soglie sono al netto dell'IVA."
    assert (short.is_case_sensitive, short.are_accents_significant) == (True, True)


def test_an_essay_without_a_rubric_is_marked_as_a_whole():
    assert gift.parse("Perché? {}")[0].options == (Option("Nel complesso", 100),)


def test_facts_come_from_comment_lines():
    assert gift.facts("// title: Prova finale\n// minutes: 20\n// una nota\n") == {
        "title": "Prova finale",
        "minutes": "20",
    }


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("Un testo senza risposte", gift.Fault.NO_ANSWERS),
        ("Non chiusa? { =a ~b", gift.Fault.NOT_CLOSED),
        ("Senza segni? { a b }", gift.Fault.NOT_READ),
        ("Quota? { =a ~%900%b }", gift.Fault.NOT_READ),
        ("Numero? {#molti}", Flaw.NOT_A_NUMBER),
        ("Numero? {#=1:x}", Flaw.NOT_A_NUMBER),
        ("Testo? {~solo sbagliata ~anche questa}", Flaw.NO_RIGHT),
        ("Testo? {=sola ~}", Flaw.EMPTY_ANSWER),
        ("Quote? {~%30%a ~%30%b ~c}", Flaw.NOT_100),
        ("{=a ~b}", Flaw.NO_TEXT),
        ("Coppie? {=a -> b}", Flaw.TOO_FEW),
        ("// [criterion:x]\nPerché? {}", gift.Fault.NOT_READ),
        ("// [criterion:50|a|]\nPerché? {}", Flaw.NOT_100),
    ],
)
def test_what_cannot_be_read_is_reported_with_its_line_and_the_rest_is_read(source, reason):
    reading = gift.read(f"Prima? {{=a ~b}}\n\n{source}\n\nUltima? {{T}}")

    line = 4 if source.startswith("//") else 3
    assert [(problem.line, problem.reason) for problem in reading.problems] == [(line, reason)]
    assert [question.text for question in reading.questions] == ["Prima?", "Ultima?"]


def test_parse_refuses_the_whole_when_one_question_cannot_be_read():
    with pytest.raises(gift.GiftError, match="Line 3: no_answers"):
        gift.parse("Prima? {T}\n\nUn testo")


# --- There and back -------------------------------------------------------------------------------------------------

signs = st.text('aàÈz 019~=#{}:\\%[]|>-./*_\n’"', max_size=12)
texts = signs.map(lambda text: "\n".join(" ".join(line.split()) for line in text.split("\n")).strip())
words = texts.filter(bool)
shares = st.sampled_from([-100, -50, -33, 10, 14, 33, 50, 75])
tolerances = st.decimals("0", "99", places=2).map(lambda number: Decimal(f"{number.normalize():f}"))
numbers = st.integers(-999, 99_999).map(lambda number: gift.reader.number(Decimal(number) / 8))


@st.composite
def option_lists(draw, kind):
    comments = texts
    if kind in {Kind.ONE, Kind.GAP}:
        return [
            Option(draw(words), 100, draw(comments)),
            Option(draw(words), draw(st.just(0) | shares), draw(comments)),
        ]
    if kind == Kind.TRUTH:
        right = draw(st.booleans())
        return [
            Option(label, 100 * (right == value), draw(comments)) for label, value in (("Vero", True), ("Falso", False))
        ]
    if kind == Kind.SEVERAL:
        return [Option(draw(words), share, draw(comments)) for share in (33, 67, -50, 0)]
    if kind == Kind.MATCHING:
        return [Option(f"{number}{draw(texts)}", match=f"{number}{draw(texts)}") for number in (1, 2)]
    if kind == Kind.SHORT:
        return [Option(draw(words), 100, draw(comments)), Option(draw(words), draw(shares), draw(comments))]
    if kind == Kind.NUMERIC:
        return [Option(draw(numbers), 100, draw(comments), "", draw(tolerances)), Option("*", 0, draw(comments))]
    return [Option(draw(words), 60, draw(comments)), Option(draw(words), 40, draw(comments))]


@st.composite
def questions(draw):
    kind = draw(st.sampled_from(Kind))
    text = draw(words.filter(lambda text: GAP not in text))
    if kind == Kind.GAP:
        text = draw(st.sampled_from([f"{text} {GAP}", f"{text} {GAP} qui", f"{GAP}, {text}"]))
    return gift.GiftQuestion(
        kind=kind,
        text=text,
        options=tuple(draw(option_lists(kind))),
        feedback=draw(texts),
        name=draw(words.filter(lambda name: "\n" not in name)),
        code=draw(st.just("") | st.just("gov-03-soglie")),
        tags=tuple(draw(st.lists(words.filter(lambda tag: "\n" not in tag), max_size=2, unique=True))),
        is_case_sensitive=draw(st.booleans()),
        are_accents_significant=draw(st.booleans()),
    )


@given(st.lists(questions(), min_size=1, max_size=3))
def test_what_is_written_is_read_back_the_same(asked):
    read = gift.read(gift.write(asked, {"title": "Prova"}))

    assert read.problems == ()
    assert [gift_without_line(question) for question in read.questions] == asked


def gift_without_line(question):
    return gift.GiftQuestion(**vars(question) | {"line": 0})


@given(signs)
def test_no_text_breaks_the_reader(source):
    for wrapped in (source, f"x {{{source}}}", f"// [criterion:{source}]\nx {{}}", f"x {{#{source}}}"):
        gift.read(wrapped)


def test_shares_that_moodle_knows_are_written_its_way():
    text = gift.write([gift.GiftQuestion(Kind.SEVERAL, "Tre?", (Option("a", 33), Option("b", 67), Option("c", -50)))])

    assert text == "Tre? {\n\t~%33.33333%a\n\t~%66.66667%b\n\t~%-50%c\n}\n"
