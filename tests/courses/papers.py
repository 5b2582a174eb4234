"""Questions of every type as a frozen paper keeps them, each with a right and a wrong answer."""

from courses.actions.questions import store_question
from courses.gift import parse
from courses.scoring import GAP, Kind


def choice(number, text, share=0, **more):
    return {"id": number, "text": text, "share_percent": share, "feedback": f"Perché {number}.", **more}


def question(kind, choices, **more):
    return {
        "id": 7,
        "kind": kind.value,
        "text": f"La {GAP} serve?" if kind == Kind.GAP else "Che cosa serve?",
        "feedback": "Lo dice la legge.",
        "choices": choices,
    } | more


LAX = {"is_case_sensitive": False, "are_accents_significant": False}
THREE = [choice(1, "Determina", 100), choice(2, "Delibera"), choice(3, "Nulla")]
TWO = [choice(1, "Vero", 100), choice(2, "Falso")]
SHARED = [choice(1, "CIG", 50), choice(2, "RUP", 50), choice(3, "Gara", -50)]
PAIRS = [choice(1, "Bilancio", match="Ragioneria"), choice(2, "Gara", match="RUP"), choice(3, "", match="Anagrafe")]

QUESTIONS = {
    Kind.ONE: question(Kind.ONE, THREE),
    Kind.SEVERAL: question(Kind.SEVERAL, SHARED),
    Kind.TRUTH: question(Kind.TRUTH, TWO),
    Kind.GAP: question(Kind.GAP, THREE),
    Kind.MATCHING: question(Kind.MATCHING, PAIRS, options=["RUP", "Anagrafe", "Ragioneria"]),
    Kind.SHORT: question(Kind.SHORT, [choice(1, "Città metropolitana", 100), choice(2, "*metropolitana", 40)], **LAX),
    Kind.NUMERIC: question(Kind.NUMERIC, [choice(1, "140000", 100, tolerance="0.5"), choice(2, "*", tolerance="0")]),
    Kind.OPEN: question(Kind.OPEN, [choice(1, "Motivazione", 60), choice(2, "Forma", 40)]),
}
RIGHT = {
    Kind.ONE: [1],
    Kind.SEVERAL: [1, 2],
    Kind.TRUTH: [1],
    Kind.GAP: [1],
    Kind.MATCHING: {"1": 2, "2": 0},
    Kind.SHORT: "citta  METROPOLITANA",
    Kind.NUMERIC: "140.000,50 €",
}
WRONG = {
    Kind.ONE: [2],
    Kind.SEVERAL: [3],
    Kind.TRUTH: [2],
    Kind.GAP: [3],
    Kind.MATCHING: {"1": 0, "2": 2},
    Kind.SHORT: "provincia",
    Kind.NUMERIC: "150000",
}

# The same kinds as an editor imports them; every word that could give a key away contains CHIAVE.
BANK = {
    Kind.ONE: "Quale atto serve? {=Determina #CHIAVE-a ~Delibera #CHIAVE-b ####CHIAVE-c}",
    Kind.SEVERAL: "Che cosa serve? {~%50%CIG #CHIAVE-a ~%50%RUP ~%-50%Gara #CHIAVE-b}",
    Kind.TRUTH: "Il RUP serve sempre. {T#CHIAVE-a#CHIAVE-b}",
    Kind.GAP: "Il {=segretario #CHIAVE-a ~sindaco} firma.",
    Kind.MATCHING: "Abbinare. {=Bilancio -> Ragioneria =Gara -> RUP =Nascite -> Anagrafe = -> Mensa ####CHIAVE-a}",
    Kind.SHORT: "Come si chiama? {=CHIAVE gara #CHIAVE-a =%50%CHIAVE #CHIAVE-b}",
    Kind.NUMERIC: "Quale soglia? {#=98765:4321.09 #CHIAVE-a ~#CHIAVE-b}",
    Kind.OPEN: "// [criterion:60|CHIAVE-a|CHIAVE-b] [criterion:40|CHIAVE-c|]\nPerché? {}",
}
KEYS = ("CHIAVE", "98765", "98.765", "4321", "4.321", "share_percent", "tolerance")


def bank_question(kind, code=""):
    (asked,) = parse(BANK[kind])
    return store_question(asked, code=code or f"domanda-{kind}")
