"""Audit entries are only ever added: the database refuses to change or delete one.

Both engines answer with an IntegrityError that holds the word append_only. Django rebuilds SQLite tables and drops
their triggers on the way, so the guards are put back after every migrate.
"""

TABLE = "journal_auditentry"
NAME = "append_only"
TRIGGERS = {f"{TABLE}_{NAME}_{event.lower()}": event for event in ("UPDATE", "DELETE")}
FUNCTION = f"""
    CREATE OR REPLACE FUNCTION {TABLE}_{NAME}() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '{NAME}' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""


def install(connection) -> None:
    """Put the guards on the table, if it is there and they are not. Safe to run again."""
    with connection.cursor() as cursor:
        if TABLE not in connection.introspection.table_names(cursor):
            return
        missing = {name: event for name, event in TRIGGERS.items() if name not in installed(connection, cursor)}
        if missing and connection.vendor == "postgresql":
            cursor.execute(FUNCTION)
        for name, event in missing.items():
            cursor.execute(_trigger(connection.vendor, name, event))


def installed(connection, cursor) -> set[str]:
    if connection.vendor == "sqlite":
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [TABLE])
    else:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [TABLE])
    return {name for (name,) in cursor.fetchall()}


def _trigger(vendor: str, name: str, event: str) -> str:
    if vendor == "sqlite":
        return f"CREATE TRIGGER {name} BEFORE {event} ON {TABLE} BEGIN SELECT RAISE(ABORT, '{NAME}'); END"
    return f"CREATE TRIGGER {name} BEFORE {event} ON {TABLE} FOR EACH ROW EXECUTE FUNCTION {TABLE}_{NAME}()"
