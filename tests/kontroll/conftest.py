"""The fixtures of whole runs (see tests/kjoring/conftest.py)."""

from tests.kjoring.conftest import eventyr, ferdig_postgres, ferdig_sqlite, grunnlag, inndata, kjort, rom

__all__ = ["eventyr", "ferdig_postgres", "ferdig_sqlite", "grunnlag", "inndata", "kjort", "rom"]
