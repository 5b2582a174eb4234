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
    """A table whose rows count: `spans` says in which spans {row} lies, `columns` what may change the count."""

    table: str
    spans: str
    columns: tuple[str, ...]
    condition: str = "1 = 1"


def _within(column: str) -> str:
    return f"({{row}}.{column} >= s.starts_at AND {{row}}.{column} < s.ends_at)"


PLACE = ("user_id", "body_id", "area_id")
FACTS = (
    Fact(
        "courses_enrolment",
        f"({_within('enrolled_at')} OR {_within('completed_at')})",
        (*PLACE, "employment_id", "enrolled_at", "completed_at", "left_at"),
    ),
    Fact(
        "certificates_trainingrecord",
        "({row}.earned_on >= s.first_day AND {row}.earned_on <= s.last_day)",
        (*PLACE, "employment_id", "kind", "minutes", "earned_on"),
    ),
    Fact(
        "certificates_certificate",
        _within("issued_at"),
        (*PLACE, "enrolment_id", "register_id", "state", "issued_at"),
        "{row}.body_id IS NOT NULL",
    ),
)


EVERY_BODY, EVERY_AREA = 0, -1
REACHES = """
    CROSS JOIN (SELECT 0 AS reach UNION ALL SELECT 1 UNION ALL SELECT 2) w
    WHERE (w.reach = 0 OR s.month = 0)"""
BODY_OF_REACH = f"CASE w.reach WHEN 0 THEN {{row}}.body_id ELSE {EVERY_BODY} END"
AREA_OF_REACH = f"CASE w.reach WHEN 2 THEN {EVERY_AREA} ELSE COALESCE({{row}}.area_id, 0) END"
TOUCH = f"UPDATE SET touched = {PERSONS}.touched + 1"


def touch(fact: Fact, row: str, *, source: str = "reports_span s", known: str = TOUCH) -> str:
    """Touch the rows of a fact, which are made if need be; in the order of the spans, lest two writers meet."""
    spans, condition = fact.spans.format(row=row), fact.condition.format(row=row)
    body, area = BODY_OF_REACH.format(row=row), AREA_OF_REACH.format(row=row)
    return f"""
        INSERT INTO {PERSONS} ({KEYS})
        SELECT DISTINCT {row}.user_id, {body}, {area}, s.id FROM {source} {REACHES}
        AND {spans} AND {condition} ORDER BY 1, 2, 3, 4
        ON CONFLICT ({KEYS}) DO {known}"""  # noqa: S608 - names of ours only


def _touch_old(fact: Fact) -> str:
    return f"""
        UPDATE {PERSONS} SET touched = touched + 1
        WHERE user_id = OLD.user_id AND body_id IN (OLD.body_id, {EVERY_BODY})
          AND area_id IN (COALESCE(OLD.area_id, 0), {EVERY_AREA})
          AND span_id IN (SELECT s.id FROM reports_span s WHERE {fact.spans.format(row="OLD")})"""  # noqa: S608


TOUCH_PERSON = f"UPDATE {PERSONS} SET touched = touched + 1 WHERE user_id = NEW.user_id"  # noqa: S608
OF_THIS_ROW = f"""
    {{row}}.user_id = NEW.user_id AND NEW.body_id IN ({{row}}.body_id, {EVERY_BODY})
    AND NEW.area_id IN (COALESCE({{row}}.area_id, 0), {EVERY_AREA})
    AND p.confirmed_at IS NOT NULL"""
COUNT_ANEW = f"""
    UPDATE {PERSONS} SET
      (people, learning, completed, first_at) = (
        SELECT CASE WHEN COUNT(*) > 0 THEN 1 ELSE 0 END,
               COALESCE(MAX(CASE WHEN e.last_activity_at > e.enrolled_at THEN 1 ELSE 0 END), 0),
               COALESCE(SUM(CASE WHEN e.completed_at >= s.starts_at AND e.completed_at < s.ends_at
                                 THEN 1 ELSE 0 END), 0),
               MIN(CASE WHEN e.enrolled_at >= s.starts_at THEN e.enrolled_at ELSE e.completed_at END)
        FROM courses_enrolment e JOIN accounts_employment p ON p.id = e.employment_id
        JOIN reports_span s ON s.id = NEW.span_id
        WHERE {OF_THIS_ROW.format(row="e")} AND (e.left_at IS NULL OR e.left_at >= s.year_ends_at)
          AND {FACTS[0].spans.format(row="e")}),
      (minutes, tutoring_minutes, appointments, tutored, over_target) = (
        SELECT COALESCE(SUM(r.minutes), 0),
               COALESCE(SUM(CASE WHEN r.kind = 'tutoring' THEN r.minutes ELSE 0 END), 0),
               COALESCE(SUM(CASE WHEN r.kind = 'tutoring' THEN 1 ELSE 0 END), 0),
               COALESCE(MAX(CASE WHEN r.kind = 'tutoring' THEN 1 ELSE 0 END), 0),
               CASE WHEN COALESCE(SUM(r.minutes), 0) >= MIN(s.target_minutes) THEN 1 ELSE 0 END
        FROM certificates_trainingrecord r JOIN accounts_employment p ON p.id = r.employment_id
        JOIN reports_span s ON s.id = NEW.span_id
        WHERE {OF_THIS_ROW.format(row="r")} AND {FACTS[1].spans.format(row="r")}),
      certificates = (
        SELECT COUNT(*) FROM certificates_certificate c JOIN courses_enrolment e ON e.id = c.enrolment_id
        JOIN accounts_employment p ON p.id = e.employment_id JOIN reports_span s ON s.id = NEW.span_id
        WHERE {OF_THIS_ROW.format(row="c")} AND c.register_id IS NOT NULL
          AND c.state NOT IN ('revoked', 'superseded') AND {FACTS[2].spans.format(row="c")})
    WHERE id = NEW.id"""  # noqa: S608
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
    Trigger("person_insert", "INSERT", PERSONS, (COUNT_ANEW,)),
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
ALL_FACTS = [touch(fact, "f", source=f"{fact.table} f JOIN reports_span s ON 1 = 1", known="NOTHING") for fact in FACTS]


INDEXES = {  # for the first few that are late: of the open enrolments only, which are few beside the others
    f"{PREFIX}late": "due_on",
    f"{PREFIX}late_of_area": "area_id, due_on",
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
    if connection.vendor == "sqlite":
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'courses_enrolment'")
    else:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = 'courses_enrolment'")
    return {name for (name,) in cursor.fetchall()}


def recount(connection) -> None:
    """Throw the summary rows away and count them from all facts; the caller's transaction holds writers back."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"LOCK TABLE {PERSONS}, {BODIES} IN EXCLUSIVE MODE")
        for table in (PERSONS, BODIES):
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608
        for statement in ALL_FACTS:
            cursor.execute(statement)
