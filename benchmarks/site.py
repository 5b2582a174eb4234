"""A site of its own for a measurement: whatever .env says, nothing of the site that runs here is read or written."""

import os
from importlib import import_module


def make_site(folder: str, *, may_be_given: bool = False, **settings: str) -> None:
    """Set Django up with an empty SQLite database in `folder`; no message leaves it.

    With `may_be_given` the DATABASE_URL of the command line is taken instead: it has to be empty, or SystemExit.
    """
    own = f"sqlite:///{folder}/site.sqlite3"
    database = os.environ.get("DATABASE_URL", own) if may_be_given else own
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "VAR_DIR": str(folder),
        "STATIC_BACKEND": "plain",
        "DATABASE_URL": database,
        "QUEUE_URL": f"sqlite:///{folder}/queue.sqlite3",
        "CACHE_URL": "locmemcache://",
        "EMAIL_URL": "dummymail://",
        **settings,
    }
    import_module("django").setup()  # not before the settings know the folder
    if database != own and import_module("django.db").connection.introspection.table_names():
        raise SystemExit("The database of DATABASE_URL is not empty: a measurement writes invented people into it.")
