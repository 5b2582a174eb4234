"""The triggers that keep the summary rows in the transaction of the facts, the same statements on both engines.

A fact that is written or taken away touches the rows of its person, body and span. A touched row counts itself anew
from the person's facts: on PostgreSQL the touch locks it first, so of two transactions the later one sees what the
earlier wrote. A year has wider rows beside it, of the person in the area, whatever the body (body 0), and in Lombardy
(area -1 too): they count who works for two bodies once. What changes in a person's row is one more row of the sums of
its body: it waits for nobody, so no two transactions can wait for each other through a body. The triggers are taken
away before a migration, as engines refuse to rebuild tables that a trigger reads, and put back after it; what was
written in between is counted.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from zlib import crc32

PREFIX = "reports_figures_"
PERSONS, BODIES = "reports_personspan", "reports_bodyspan"
KEYS = "user_id, body_id, area_id, span_id"
COUNTERS = (
    *("people", "learning", "completed", "minutes", "tutoring_minutes", "appointments", "tutored"),
    *("certificates", "over_target"),
)
SUMS = (*COUNTERS, "new_people")


@dataclass(frozen=True)
class Fact:
    """A table whose rows count in the spans of their `moments`; `columns` are what may change the count."""

    table: str
    moments: tuple[str, ...]
    columns: tuple[str, ...]
    condition: str = "1 = 1"

    @property
    def spans(self) -> str:
        """In which spans s the row {row} lies."""
        return f"({' OR '.join(_within(column) for column in self.moments)})"

    def within_reach(self) -> str:
        """The spans s between the first and the last fact: a few years, of all that there are."""
        return f"({' OR '.join(self._from_first_to_last(column) for column in self.moments)})"

    def _from_first_to_last(self, column: str) -> str:
        first, last = (f"(SELECT {which}({column}) FROM {self.table})" for which in ("MIN", "MAX"))  # noqa: S608
        return _between(first, last, column)


def _within(column: str) -> str:
    return _between(f"{{row}}.{column}", f"{{row}}.{column}", column)


def _between(first: str, last: str, column: str) -> str:
    """A moment from `first` to `last` lies in the span s; a day has its own bounds."""
    if column.endswith("_on"):
        return f"({last} >= s.first_day AND {first} <= s.last_day)"
    return f"({last} >= s.starts_at AND {first} < s.ends_at)"


PLACE = ("user_id", "body_id", "area_id")
FACTS = (
    Fact(
        "courses_enrolment",
        ("enrolled_at", "completed_at"),
        (*PLACE, "employment_id", "enrolled_at", "completed_at", "left_at"),
    ),
    Fact(
        "certificates_trainingrecord",
        ("earned_on",),
        (*PLACE, "employment_id", "kind", "minutes", "earned_on"),
    ),
    Fact(
        "certificates_certificate",
        ("issued_at",),
        (*PLACE, "enrolment_id", "register_id", "state", "issued_at"),
        "{row}.body_id IS NOT NULL",
    ),
)


EVERY_BODY, EVERY_AREA = 0, -1
COUNTED = 1  # `touched` of a new row whose numbers come with it
REACHES = """
    CROSS JOIN (SELECT 0 AS reach UNION ALL SELECT 1 UNION ALL SELECT 2) w
    WHERE (w.reach = 0 OR s.month = 0)"""
BODY_OF_REACH = f"CASE w.reach WHEN 0 THEN {{row}}.body_id ELSE {EVERY_BODY} END"
AREA_OF_REACH = f"CASE w.reach WHEN 2 THEN {EVERY_AREA} ELSE COALESCE({{row}}.area_id, 0) END"


def _keys(row: str) -> str:
    body, area = BODY_OF_REACH.format(row=row), AREA_OF_REACH.format(row=row)
    return f"{row}.user_id, {body} AS body_id, {area} AS area_id, s.id AS span_id"


def touch(fact: Fact, row: str) -> str:
    """Touch the rows of a fact, which are made if need be; in the order of the spans, lest two writers meet."""
    return f"""
        INSERT INTO {PERSONS} ({KEYS})
        SELECT {_keys(row)} FROM reports_span s {REACHES}
        AND {fact.spans.format(row=row)} AND {fact.condition.format(row=row)} ORDER BY 1, 2, 3, 4
        ON CONFLICT ({KEYS}) DO UPDATE SET touched = {PERSONS}.touched + 1"""  # noqa: S608 - names of ours only


def _touch_old(fact: Fact) -> str:
    return f"""
        UPDATE {PERSONS} SET touched = touched + 1
        WHERE user_id = OLD.user_id AND body_id IN (OLD.body_id, {EVERY_BODY})
          AND area_id IN (COALESCE(OLD.area_id, 0), {EVERY_AREA})
          AND span_id IN (SELECT s.id FROM reports_span s WHERE {fact.spans.format(row="OLD")})"""  # noqa: S608


TOUCH_PERSON = f"UPDATE {PERSONS} SET touched = touched + 1 WHERE user_id = NEW.user_id"  # noqa: S608


@dataclass(frozen=True)
class Count:
    """What the facts of one kind say of a row: `numbers` are aggregates over them, {those} the ones that count."""

    fact: Fact
    row: str
    tables: str
    those: str
    numbers: dict[str, str]

    def expressions(self) -> dict[str, str]:
        those = f"FILTER (WHERE {self.those})"
        return {name: number.format(those=those) for name, number in self.numbers.items()}

    def of_new(self) -> str:
        """Set the numbers of the row NEW, from the facts of its person: a handful, by index."""
        row, expressions = self.row, self.expressions()
        return f"""
      ({", ".join(expressions)}) = (
        SELECT {", ".join(expressions.values())} FROM {self.tables} JOIN reports_span s ON s.id = NEW.span_id
        WHERE {row}.user_id = NEW.user_id AND NEW.body_id IN ({row}.body_id, {EVERY_BODY})
          AND NEW.area_id IN (COALESCE({row}.area_id, 0), {EVERY_AREA}) AND {self.fact.spans.format(row=row)})"""  # noqa: S608

    def of_all(self) -> str:
        """Select the keys and numbers of every row that these facts make, and nought for the numbers of others."""
        row, fact, expressions = self.row, self.fact, self.expressions()
        numbers = ", ".join(f"{expressions.get(name, NOUGHT.get(name, 0))} AS {name}" for name in NUMBERS)
        return f"""
        SELECT {_keys(row)}, {numbers} FROM {self.tables}
        JOIN (SELECT * FROM reports_span s WHERE {fact.within_reach()}) s ON {fact.spans.format(row=row)}
        {REACHES} AND {fact.condition.format(row=row)} GROUP BY 1, 2, 3, 4"""  # noqa: S608


EMPLOYMENT_OF = "JOIN accounts_employment p ON p.id = {}.employment_id"
COMPLETED = _within("completed_at").format(row="e")
FIRST_OF = "CASE WHEN e.enrolled_at >= s.starts_at THEN e.enrolled_at ELSE e.completed_at END"
COUNTS = (
    Count(
        FACTS[0],
        "e",
        f"courses_enrolment e {EMPLOYMENT_OF.format('e')}",
        "p.confirmed_at IS NOT NULL AND (e.left_at IS NULL OR e.left_at >= s.year_ends_at)",
        {
            "people": "COALESCE(MAX(1) {those}, 0)",
            "learning": "COALESCE(MAX(CASE WHEN e.last_activity_at > e.enrolled_at THEN 1 ELSE 0 END) {those}, 0)",
            "completed": f"COALESCE(SUM(CASE WHEN {COMPLETED} THEN 1 ELSE 0 END) {{those}}, 0)",
            "first_at": f"MIN({FIRST_OF}) {{those}}",
        },
    ),
    Count(
        FACTS[1],
        "r",
        f"certificates_trainingrecord r {EMPLOYMENT_OF.format('r')}",
        "p.confirmed_at IS NOT NULL",
        {
            "minutes": "COALESCE(SUM(r.minutes) {those}, 0)",
            "tutoring_minutes": "COALESCE(SUM(CASE WHEN r.kind = 'tutoring' THEN r.minutes ELSE 0 END) {those}, 0)",
            "appointments": "COALESCE(SUM(CASE WHEN r.kind = 'tutoring' THEN 1 ELSE 0 END) {those}, 0)",
            "tutored": "COALESCE(MAX(CASE WHEN r.kind = 'tutoring' THEN 1 ELSE 0 END) {those}, 0)",
            "over_target": "CASE WHEN SUM(r.minutes) {those} >= MIN(s.target_minutes) THEN 1 ELSE 0 END",
        },
    ),
    Count(
        FACTS[2],
        "c",
        f"certificates_certificate c JOIN courses_enrolment e ON e.id = c.enrolment_id {EMPLOYMENT_OF.format('e')}",
        "p.confirmed_at IS NOT NULL AND c.register_id IS NOT NULL AND c.state NOT IN ('revoked', 'superseded')",
        {"certificates": "COUNT(*) {those}"},
    ),
)
NUMBERS = (*COUNTERS, "first_at")
NOUGHT = {"first_at": "NULL"}
COUNT_ANEW = f"UPDATE {PERSONS} SET {', '.join(count.of_new() for count in COUNTS)} WHERE id = NEW.id"  # noqa: S608
PLACE_OF_NEW = "NEW.area_id, NEW.body_id, NEW.span_id"
ADD_UP = f"""
    INSERT INTO {BODIES} (area_id, body_id, span_id, {", ".join(COUNTERS)})
    VALUES ({PLACE_OF_NEW}, {", ".join(f"NEW.{name} - OLD.{name}" for name in COUNTERS)})"""  # noqa: S608
MONTH = """
    FROM reports_span m JOIN reports_span s ON s.id = NEW.span_id AND s.month = 0 AND m.year = s.year
    WHERE m.month > 0 AND {row}.first_at >= m.starts_at AND {row}.first_at < m.ends_at"""
FIRST_IN_MONTH, NO_LONGER_FIRST = (
    f"""
    INSERT INTO {BODIES} (area_id, body_id, span_id, new_people)
    SELECT NEW.area_id, NEW.body_id, m.id, {difference} {MONTH.format(row=row)}"""
    for row, difference in (("NEW", 1), ("OLD", -1))
)


@dataclass(frozen=True)
class Trigger:
    name: str
    event: str
    table: str
    statements: tuple[str, ...]
    when: str = ""

    @property
    def full_name(self) -> str:
        """It carries a sum of what the trigger does: another text is another trigger, and an old one is replaced."""
        text = "\n".join([self.event, self.table, self.when, *self.statements])
        return f"{PREFIX}{self.name}_{crc32(text.encode()):08x}"

    def statements_for(self, vendor: str) -> list[str]:
        body = ";".join(self.statements)
        when = f"WHEN ({self.when})" if self.when else ""
        head = f"CREATE TRIGGER {self.full_name} AFTER {self.event} ON {self.table} FOR EACH ROW {when}"
        if vendor == "sqlite":
            return [f"{head} BEGIN {body}; END"]
        function = f"{self.full_name}()"
        return [
            f"CREATE OR REPLACE FUNCTION {function} RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {body}; RETURN NULL; END $$",
            f"{head} EXECUTE FUNCTION {function}",
        ]


def _changes(columns: tuple[str, ...]) -> str:
    return " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in columns)


def _of_fact(fact: Fact) -> list[Trigger]:
    name = fact.table.split("_")[1]
    change = f"UPDATE OF {', '.join(fact.columns)}"
    return [
        Trigger(f"{name}_insert", "INSERT", fact.table, (touch(fact, "NEW"),)),
        Trigger(f"{name}_update", change, fact.table, (_touch_old(fact), touch(fact, "NEW")), _changes(fact.columns)),
        Trigger(f"{name}_delete", "DELETE", fact.table, (_touch_old(fact),)),
    ]


HAS_GONE_ON = "({row}.last_activity_at > {row}.enrolled_at)"
TRIGGERS = [
    *[trigger for fact in FACTS for trigger in _of_fact(fact)],
    Trigger(  # a heartbeat of every lesson writes this column: it costs nothing after the first time
        "enrolment_activity",
        "UPDATE OF last_activity_at",
        "courses_enrolment",
        (touch(FACTS[0], "NEW"),),
        f"{HAS_GONE_ON.format(row='OLD')} <> {HAS_GONE_ON.format(row='NEW')}",
    ),
    Trigger(  # the certificates of an enrolment count by its employment
        "enrolment_moved",
        "UPDATE OF employment_id",
        "courses_enrolment",
        (TOUCH_PERSON,),
        _changes(("employment_id",)),
    ),
    Trigger(
        "employment_confirmed",
        "UPDATE OF confirmed_at",
        "accounts_employment",
        (TOUCH_PERSON,),
        "(OLD.confirmed_at IS NULL) <> (NEW.confirmed_at IS NULL)",
    ),
    Trigger("person_insert", "INSERT", PERSONS, (COUNT_ANEW,), f"NEW.touched <> {COUNTED}"),
    Trigger("person_touch", "UPDATE OF touched", PERSONS, (COUNT_ANEW,)),
    Trigger("person_change", f"UPDATE OF {', '.join(COUNTERS)}", PERSONS, (ADD_UP,), _changes(COUNTERS)),
    Trigger(
        "person_first",
        "UPDATE OF first_at",
        PERSONS,
        (NO_LONGER_FIRST, FIRST_IN_MONTH),
        _changes(("first_at",)),
    ),
]
OPEN = "completed_at IS NULL AND left_at IS NULL"


def _all_persons() -> str:
    """One row for each key that any fact makes: a row has a number from one kind of fact and nought from the others."""
    sums = ", ".join(f"SUM({name})" for name in COUNTERS)
    return f"""
        INSERT INTO {PERSONS} ({KEYS}, touched, {", ".join(NUMBERS)})
        SELECT {KEYS}, {COUNTED}, {sums}, MIN(first_at)
        FROM ({" UNION ALL ".join(count.of_all() for count in COUNTS)}) f GROUP BY {KEYS}"""  # noqa: S608


ALL_BODIES = f"""
    INSERT INTO {BODIES} (area_id, body_id, span_id, {", ".join(COUNTERS)})
    SELECT area_id, body_id, span_id, {", ".join(f"SUM({name})" for name in COUNTERS)}
    FROM {PERSONS} GROUP BY 1, 2, 3"""  # noqa: S608
ALL_FIRST = f"""
    INSERT INTO {BODIES} (area_id, body_id, span_id, new_people)
    SELECT n.area_id, n.body_id, m.id, COUNT(*) FROM {PERSONS} n
    JOIN reports_span s ON s.id = n.span_id AND s.month = 0
    JOIN reports_span m ON m.year = s.year AND m.month > 0 AND n.first_at >= m.starts_at AND n.first_at < m.ends_at
    GROUP BY 1, 2, 3"""  # noqa: S608


INDEXES = {  # for the first few that are late: of the open enrolments only, which are few beside the others
    f"{PREFIX}late_first": "due_on, id",
    f"{PREFIX}late_first_of_area": "area_id, due_on, id",
}


def install(connection) -> bool:
    """Put the triggers on their tables, in place of older ones, and tell whether one was missing. Safe to run again."""
    wanted = {trigger.full_name: trigger for trigger in TRIGGERS}
    with connection.cursor() as cursor:
        if PERSONS not in connection.introspection.table_names(cursor):
            return False
        present = installed(connection, cursor)
        _drop(connection, cursor, present - wanted.keys())
        missing = [trigger for name, trigger in wanted.items() if name not in present]
        for trigger in missing:
            for statement in trigger.statements_for(connection.vendor):
                cursor.execute(statement)
        known = _indexes(connection, cursor)
        for name in known - INDEXES.keys():
            cursor.execute(f"DROP INDEX {name}")
        for name in INDEXES.keys() - known:
            cursor.execute(f"CREATE INDEX {name} ON courses_enrolment ({INDEXES[name]}) WHERE {OPEN}")
    return bool(missing)


def remove(connection) -> None:
    with connection.cursor() as cursor:
        _drop(connection, cursor, installed(connection, cursor))


def _drop(connection, cursor, names: Iterable[str]) -> None:
    for name in names:
        if connection.vendor == "sqlite":
            cursor.execute(f"DROP TRIGGER {name}")
        else:  # the trigger goes with its function
            cursor.execute(f"DROP FUNCTION {name}() CASCADE")


def installed(connection, cursor) -> set[str]:
    if connection.vendor == "sqlite":
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s", [f"{PREFIX}%"])
    else:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgname LIKE %s AND NOT tgisinternal", [f"{PREFIX}%"])
    return {name for (name,) in cursor.fetchall()}


def _indexes(connection, cursor) -> set[str]:
    """The indexes of ours that are there; SQLite loses them whenever Django rebuilds the table."""
    found = connection.introspection.get_constraints(cursor, "courses_enrolment")
    return {name for name in found if name.startswith(PREFIX)}


def recount(connection) -> None:
    """Throw the summary rows away and count them from all facts, three statements for all people together; the
    caller's transaction holds writers back."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"LOCK TABLE {PERSONS}, {BODIES} IN EXCLUSIVE MODE")
        for table in (PERSONS, BODIES):
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608
        for statement in (_all_persons(), ALL_BODIES, ALL_FIRST):
            cursor.execute(statement)
