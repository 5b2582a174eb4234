"""Is the database the one that this code expects?"""

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.loader import MigrationLoader


def unknown_migrations(apps: list[str]) -> list[str]:
    """Migrations of `apps` that the database has seen and this code does not have: it was made by a newer version."""
    loader = MigrationLoader(connections[DEFAULT_DB_ALIAS])
    return sorted(
        f"{app}.{name}" for app, name in loader.applied_migrations if app in apps and _unknown(loader, app, name)
    )


def _unknown(loader: MigrationLoader, app: str, name: str) -> bool:
    return (app, name) not in loader.disk_migrations
