"""The time as the database has it: one clock for every web process and worker, whatever their machines say."""

from datetime import UTC, datetime

from django.db import connection

NOW = {"postgresql": "SELECT clock_timestamp()", "sqlite": "SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')"}


def database_now() -> datetime:
    """Ask the database for this moment; inside a transaction it still moves on."""
    with connection.cursor() as cursor:
        cursor.execute(NOW[connection.vendor])
        (moment,) = cursor.fetchone()
    return moment if isinstance(moment, datetime) else datetime.fromisoformat(moment).replace(tzinfo=UTC)
