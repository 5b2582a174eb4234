import pytest


@pytest.fixture(autouse=True)
def quick_hashes(settings):
    """Passwords are hashed slowly on purpose; here dozens of logins would take minutes."""
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher",
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    ]
