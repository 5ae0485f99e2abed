"""The types of the columns, and the short words that the tables are written with."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    TEXT,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    MetaData,
    Text,
    TypeDecorator,
)

from kjerne.kontrakt.feil import Ordningsfeil


def ulovlig_tekst(tekst: str) -> str | None:
    """Why a text cannot be stored on every database (NUL, lone surrogate), or None when it can."""
    if "\0" in tekst:
        return "tegnet NUL (U+0000)"
    try:
        tekst.encode("utf-8")
    except UnicodeEncodeError:
        return "et halvt tegn (enslig surrogat)"
    return None


class Tekst(TypeDecorator[str]):
    """Text compared byte by byte on both databases. NUL and lone surrogates never reach the database."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect):
        return TEXT(collation="C") if dialect.name == "postgresql" else TEXT()

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is not None and (grunn := ulovlig_tekst(value)):
            raise Ordningsfeil(f"En tekst inneholder {grunn} og kan ikke lagres.", gjor_dette="Rett teksten i kilden.")
        return value


class Tid(TypeDecorator[dt.datetime]):
    """An instant: aware in Python, UTC in the database. A naive time is refused."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return None if value is None else value.astimezone(dt.UTC).replace(tzinfo=None)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        return None if value is None else value.replace(tzinfo=dt.UTC)


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def n(navn: str, type_=Tekst) -> Column:
    return Column(navn, type_, nullable=False)


def kan_mangle(navn: str, type_=Tekst) -> Column:
    return Column(navn, type_, nullable=True)


def pk(navn: str, til: str | None = None, type_=Tekst) -> Column:
    return Column(navn, type_, *([ForeignKey(til)] if til else []), primary_key=True, autoincrement=False)


def fk(navn: str, til: str) -> Column:
    return Column(navn, Tekst, ForeignKey(til), nullable=False)


def blant(kolonne: str, *verdier: str) -> CheckConstraint:
    return CheckConstraint(f"{kolonne} IN ({', '.join(repr(v) for v in verdier)})", name=kolonne)


def utfylt(kolonne: str) -> CheckConstraint:
    """Neither empty nor blank: who did it, and why."""
    return CheckConstraint(f"length(trim({kolonne})) > 0", name=kolonne)


def hele_ore(kolonne: str) -> CheckConstraint:
    """SQLite would store 0.1 in a BIGINT column without a word."""
    return CheckConstraint(f"typeof({kolonne}) = 'integer'", name=f"{kolonne}_heltall").ddl_if(dialect="sqlite")
