import pytest

from courses import gift


def test_parse_reads_one_right_answer_with_comments():
    source = r"::01 Soglia:: Quale soglia\: lavori? { =150.000 euro #Art. 50. ~140.000 euro #Vale per i servizi. }"

    assert gift.parse(source) == [
        gift.GiftQuestion(
            "01 Soglia",
            "Quale soglia: lavori?",
            (
                gift.GiftChoice("150.000 euro", 100, "Art. 50."),
                gift.GiftChoice("140.000 euro", 0, "Vale per i servizi."),
            ),
        )
    ]


def test_parse_reads_shares_of_several_right_answers():
    question = gift.parse("Che cosa serve? { ~%50%CIG #Sì. ~%50%RUP #Sì. ~%-50%Gara #No. #### Art. 17. }")[0]

    assert [choice.share_percent for choice in question.choices] == [50, 50, -50]
    assert question.has_several_right
    assert question.feedback == "Art. 17."


@pytest.mark.parametrize(("truth", "shares"), [("TRUE", [100, 0]), ("F", [0, 100])])
def test_parse_gives_true_and_false_their_own_comments(truth, shares):
    choices = gift.parse(f"Il RUP serve. {{{truth} #quando si sbaglia #quando si indovina}}")[0].choices

    assert [choice.share_percent for choice in choices] == shares
    assert {choice.share_percent: choice.feedback for choice in choices} == {
        100: "quando si indovina",
        0: "quando si sbaglia",
    }


def test_facts_come_from_comment_lines():
    assert gift.facts("// title: Prova finale\n// minutes: 20\n// una nota\n") == {
        "title": "Prova finale",
        "minutes": "20",
    }


@pytest.mark.parametrize(
    "source", ["Una domanda senza risposte", "Testo? {}", "Testo? {~solo sbagliata ~anche questa}", "{=a ~b}"]
)
def test_parse_refuses_what_is_no_question(source):
    with pytest.raises(gift.GiftError):
        gift.parse(source)
