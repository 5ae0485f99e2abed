"""The tables, as SQLAlchemy Core. The same on SQLite and PostgreSQL; triggers live in the migrations.

Money is whole øre (BIGINT), days are DATE, `*_tid` is an instant in UTC, JSON is canonical text (see kanonisk).
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    TEXT,
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
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


def _n(navn: str, type_=Tekst) -> Column:
    return Column(navn, type_, nullable=False)


def _kan_mangle(navn: str, type_=Tekst) -> Column:
    return Column(navn, type_, nullable=True)


def _pk(navn: str, fk: str | None = None, type_=Tekst) -> Column:
    return Column(navn, type_, *([ForeignKey(fk)] if fk else []), primary_key=True, autoincrement=False)


def _fk(navn: str, til: str) -> Column:
    return Column(navn, Tekst, ForeignKey(til), nullable=False)


def _blant(kolonne: str, *verdier: str) -> CheckConstraint:
    return CheckConstraint(f"{kolonne} IN ({', '.join(repr(v) for v in verdier)})", name=kolonne)


def _hele_ore(kolonne: str) -> CheckConstraint:
    """SQLite would store 0.1 in a BIGINT column without a word."""
    return CheckConstraint(f"typeof({kolonne}) = 'integer'", name=f"{kolonne}_heltall").ddl_if(dialect="sqlite")


TILSTANDER = ("mottatt", "innvilget", "avslag", "manuell", "sporsmal", "karantene", "venter")

egenskap = Table("egenskap", metadata, _pk("navn"), _n("verdi"))  # the salt of person_id; not part of the state hash

person = Table("person", metadata, _pk("person_id"), _n("ident"), UniqueConstraint("ident"))

leveranse = Table(
    "leveranse", metadata,
    _pk("leveranse_id"), _n("art"), _kan_mangle("ordning"), _n("filnavn"), _n("format"),
    _n("linjer_inn", Integer), _n("akseptert", Integer), _n("karantene", Integer), _n("mottatt_tid", Tid),
    CheckConstraint("linjer_inn = akseptert + karantene", name="balanse"),
)  # fmt: skip

leveranse_karantene = Table(
    "leveranse_karantene", metadata,
    _pk("leveranse_id"), _pk("linje", type_=Integer), _n("grunn"), _n("raa_sha256"),
)  # fmt: skip

soknad = Table(
    "soknad", metadata,
    _pk("sak_id"), _n("ordning"), _n("soknad_id"), _fk("person_id", "person.person_id"), _kan_mangle("konto"),
    _n("maalform"), _n("mottatt_dato", Date), _n("fakta"), _n("leveranse_id"), _n("linje", Integer),
    UniqueConstraint("ordning", "soknad_id"),
    Index(None, "ordning", "sak_id"),  # the cases of a scheme in key order, without reading the applications
)  # fmt: skip

sak = Table(
    "sak", metadata,
    _pk("sak_id", "soknad.sak_id"), _n("ordning"), _n("tilstand"), _kan_mangle("grunn"),
    _kan_mangle("vent_til", Date), _kan_mangle("kjoring_id"), _n("endret_tid", Tid),
    _blant("tilstand", *TILSTANDER), Index(None, "ordning", "tilstand"),
)  # fmt: skip

snapshot = Table(
    "snapshot", metadata,
    _pk("snapshot_id"), _n("art"), _n("rader", BigInteger), _n("sti"), _kan_mangle("filter"), _n("hentet_tid", Tid),
    _kan_mangle("leveranse_id"),
)  # fmt: skip

kjoring = Table(
    "kjoring", metadata,
    _pk("kjoring_id"), _n("ordning"), _n("grunnlag"), _n("tilstand"), _n("startet_tid", Tid),
    _kan_mangle("ferdig_tid", Tid), _blant("tilstand", "startet", "pauset", "ferdig", "stanset"),
)  # fmt: skip

kjoring_steg = Table(
    "kjoring_steg", metadata,
    _pk("kjoring_id"), _pk("steg"), _pk("bit", type_=Integer), _n("resultat"), _n("sekunder", Double),
    _n("ferdig_tid", Tid),
)  # fmt: skip

kvalitetsdom = Table(
    "kvalitetsdom", metadata, _pk("kjoring_id"), _pk("sak_id"), _n("dom"), _n("grunner"),
)  # fmt: skip

sporsmal = Table(
    "sporsmal", metadata,
    _pk("sporsmal_id"), _n("ordning"), _n("sak_id"), _n("til"), _kan_mangle("mottaker"), _kan_mangle("maaned", Date),
    _n("felt"), _n("kontroll"), _n("sporsmal"), _n("frist", Date), _n("kjoring_id"), _n("stilt_tid", Tid),
    _blant("til", "arbeidsgiver", "person"), Index(None, "sak_id"),
)  # fmt: skip

svar = Table(
    "svar", metadata,
    _pk("svar_id"), _fk("sporsmal_id", "sporsmal.sporsmal_id"), _n("verdi"), _kan_mangle("begrunnelse"), _n("gitt_av"),
    _n("mottatt_tid", Tid), UniqueConstraint("sporsmal_id"),
)  # fmt: skip

vedtak = Table(
    "vedtak", metadata,
    _pk("vedtak_id"), _fk("sak_id", "soknad.sak_id"), _n("versjon", Integer), _n("utfall"), _n("belop_ore", BigInteger),
    _n("avgjorende"), _n("begrunnelse"), _kan_mangle("snapshot_id"), _n("fingeravtrykk"), _n("parameterrader"),
    _n("sporing_id"), _n("sporing_rad", Integer), _kan_mangle("forrige_vedtak_id"), _n("kjoring_id"),
    _n("fattet_dato", Date), _n("fattet_tid", Tid),
    _blant("utfall", "innvilget", "avslag"), _hele_ore("belop_ore"),
    CheckConstraint("belop_ore >= 0 AND (utfall = 'innvilget' OR belop_ore = 0)", name="belop_ore"),
    UniqueConstraint("sak_id", "versjon"),
)  # fmt: skip

rettighet = Table(  # one granted decision per key, ever (I03); see kjerne.vedtak.rettighet
    "rettighet", metadata, _pk("nokkel"), _fk("vedtak_id", "vedtak.vedtak_id"),
)  # fmt: skip

linje = Table(
    "linje", metadata,
    _pk("linje_id"), _fk("vedtak_id", "vedtak.vedtak_id"), _n("nr", Integer), _n("rolle"), _kan_mangle("person_id"),
    _kan_mangle("orgnr"), _n("konto"), _n("klasse"), _n("fom", Date), _n("tom", Date), _n("belop_ore", BigInteger),
    CheckConstraint("belop_ore > 0", name="belop_ore"), _hele_ore("belop_ore"),
    CheckConstraint("person_id IS NOT NULL OR orgnr IS NOT NULL", name="mottaker"),
    UniqueConstraint("vedtak_id", "nr"),
)  # fmt: skip

bunt = Table(
    "bunt", metadata,
    _pk("bunt_id"), _n("ordning"), _n("antall", Integer), _n("sum_ore", BigInteger), _n("innhold_sha256"),
    _n("laget_av"), _n("kjoring_id"), _n("betalingsdato", Date), _n("laget_tid", Tid),
    _hele_ore("sum_ore"), CheckConstraint("antall > 0 AND sum_ore > 0", name="ikke_tom"),
)  # fmt: skip

bunt_linje = Table(
    "bunt_linje", metadata,
    _pk("linje_id", "linje.linje_id"), _fk("bunt_id", "bunt.bunt_id"), _n("ende_til_ende_id"),
    UniqueConstraint("ende_til_ende_id"), CheckConstraint("length(ende_til_ende_id) <= 35", name="ende_til_ende_id"),
    Index(None, "bunt_id", "linje_id"),  # the lines of a batch in key order, without sorting them
)  # fmt: skip

bunt_hendelse = Table(
    "bunt_hendelse", metadata,
    _pk("bunt_id", "bunt.bunt_id"), _pk("hendelse"), _n("av"), _n("innhold_sha256"), _kan_mangle("fil_sha256"),
    _n("tid", Tid), _blant("hendelse", "godkjent", "sendt"),
    CheckConstraint("(hendelse = 'sendt') = (fil_sha256 IS NOT NULL)", name="fil_sha256"),
    CheckConstraint("length(trim(av)) > 0", name="av"),
)  # fmt: skip

brev = Table(
    "brev", metadata, _pk("vedtak_id", "vedtak.vedtak_id"), _n("maalform"), _n("sha256"), _n("arkiv"),
)  # fmt: skip

FORANDERLIGE = frozenset({"sak", "kjoring", "kjoring_steg"})
BARE_TILFOY = tuple(navn for navn in sorted(metadata.tables) if navn not in FORANDERLIGE)
