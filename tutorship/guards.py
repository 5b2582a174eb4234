"""The rule that nobody is in two places at once, kept by the database itself.

PostgreSQL: an exclusion constraint over ranges, which needs no extension. SQLite: two triggers. Both end in an
IntegrityError that holds the word no_overlap. Django rebuilds SQLite tables and drops their triggers on the way, so the
guards are put back after every migrate.
"""

TABLE = "tutorship_occupancy"
NAME = "no_overlap"
CLASH = f"""
    SELECT 1 FROM {TABLE} other
    WHERE other.resource_kind = NEW.resource_kind AND other.resource_id = NEW.resource_id AND other.id IS NOT NEW.id
      AND other.starts_at < NEW.ends_at AND NEW.starts_at < other.ends_at
"""  # noqa: S608 - names of ours only
TRIGGERS = {
    f"{TABLE}_{NAME}_insert": "BEFORE INSERT",
    f"{TABLE}_{NAME}_update": "BEFORE UPDATE OF resource_kind, resource_id, starts_at, ends_at",
}
EXCLUSION = f"""
    ALTER TABLE {TABLE} ADD CONSTRAINT {NAME} EXCLUDE USING gist (
        int4range(resource_kind::int, resource_kind::int, '[]') WITH &&,
        int8range(resource_id, resource_id, '[]') WITH &&,
        tstzrange(starts_at, ends_at, '[)') WITH &&
    )
"""


def install(connection) -> None:
    """Put the guards on the table, if it is there and they are not. Safe to run again."""
    with connection.cursor() as cursor:
        if TABLE in connection.introspection.table_names(cursor):
            for statement in _missing(connection.vendor, installed(connection, cursor)):
                cursor.execute(statement)


def installed(connection, cursor) -> set[str]:
    if connection.vendor == "sqlite":
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [TABLE])
    else:
        cursor.execute("SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'x'", [TABLE])
    return {name for (name,) in cursor.fetchall()}


def _missing(vendor: str, present: set[str]) -> list[str]:
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {name} {event} ON {TABLE} WHEN EXISTS ({CLASH}) BEGIN SELECT RAISE(ABORT, '{NAME}'); END"
            for name, event in TRIGGERS.items()
            if name not in present
        ]
    return [] if NAME in present else [EXCLUSION]
