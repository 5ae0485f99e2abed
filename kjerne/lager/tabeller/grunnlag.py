"""From the application to the payment file: the tables that every scheme needs."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Date, Double, Index, Integer, Table, UniqueConstraint

from kjerne.lager.tabeller.felles import Tid, blant, fk, hele_ore, kan_mangle, metadata, n, pk, utfylt

TILSTANDER = ("mottatt", "innvilget", "avslag", "manuell", "sporsmal", "karantene", "venter")

egenskap = Table("egenskap", metadata, pk("navn"), n("verdi"))  # the salt of person_id; not part of the state hash

person = Table("person", metadata, pk("person_id"), n("ident"), UniqueConstraint("ident"))

leveranse = Table(
    "leveranse", metadata,
    pk("leveranse_id"), n("art"), kan_mangle("ordning"), n("filnavn"), n("format"),
    n("linjer_inn", Integer), n("akseptert", Integer), n("karantene", Integer), n("mottatt_tid", Tid),
    CheckConstraint("linjer_inn = akseptert + karantene", name="balanse"),
)  # fmt: skip

leveranse_karantene = Table(
    "leveranse_karantene", metadata,
    pk("leveranse_id"), pk("linje", type_=Integer), n("grunn"), n("raa_sha256"),
)  # fmt: skip

soknad = Table(
    "soknad", metadata,
    pk("sak_id"), n("ordning"), n("soknad_id"), fk("person_id", "person.person_id"), kan_mangle("konto"),
    n("maalform"), n("mottatt_dato", Date), n("fakta"), n("leveranse_id"), n("linje", Integer),
    UniqueConstraint("ordning", "soknad_id"),
    Index(None, "ordning", "sak_id"),  # the cases of a scheme in key order, without reading the applications
)  # fmt: skip

sak = Table(
    "sak", metadata,
    pk("sak_id", "soknad.sak_id"), n("ordning"), n("tilstand"), kan_mangle("grunn"),
    kan_mangle("vent_til", Date), kan_mangle("kjoring_id"), n("endret_tid", Tid),
    blant("tilstand", *TILSTANDER), Index(None, "ordning", "tilstand"),
)  # fmt: skip

snapshot = Table(
    "snapshot", metadata,
    pk("snapshot_id"), n("art"), n("rader", BigInteger), n("sti"), kan_mangle("filter"), n("hentet_tid", Tid),
    kan_mangle("leveranse_id"),
)  # fmt: skip

kjoring = Table(
    "kjoring", metadata,
    pk("kjoring_id"), n("ordning"), n("grunnlag"), n("tilstand"), n("startet_tid", Tid),
    kan_mangle("ferdig_tid", Tid), blant("tilstand", "startet", "pauset", "ferdig", "stanset"),
)  # fmt: skip

kjoring_steg = Table(
    "kjoring_steg", metadata,
    pk("kjoring_id"), pk("steg"), pk("bit", type_=Integer), n("resultat"), n("sekunder", Double),
    n("ferdig_tid", Tid),
)  # fmt: skip

kjoring_stans = Table(  # why it stopped: what, where, what did not happen and what to do, as JSON
    "kjoring_stans", metadata,
    pk("kjoring_id", "kjoring.kjoring_id"), pk("nr", type_=Integer), n("feil"), n("tid", Tid),
    CheckConstraint("nr > 0", name="nr"), utfylt("feil"),
)  # fmt: skip

kvalitetsdom = Table(
    "kvalitetsdom", metadata, pk("kjoring_id"), pk("sak_id"), n("dom"), n("grunner"),
)  # fmt: skip

sporsmal = Table(
    "sporsmal", metadata,
    pk("sporsmal_id"), n("ordning"), n("sak_id"), n("til"), kan_mangle("mottaker"), kan_mangle("maaned", Date),
    n("felt"), n("kontroll"), n("sporsmal"), n("frist", Date), n("kjoring_id"), n("stilt_tid", Tid),
    blant("til", "arbeidsgiver", "person"), Index(None, "sak_id"),
)  # fmt: skip

svar = Table(
    "svar", metadata,
    pk("svar_id"), fk("sporsmal_id", "sporsmal.sporsmal_id"), n("verdi"), kan_mangle("begrunnelse"), n("gitt_av"),
    n("mottatt_tid", Tid), UniqueConstraint("sporsmal_id"),
)  # fmt: skip

vedtak = Table(
    "vedtak", metadata,
    pk("vedtak_id"), fk("sak_id", "soknad.sak_id"), n("versjon", Integer), n("utfall"), n("belop_ore", BigInteger),
    n("avgjorende"), n("begrunnelse"), kan_mangle("snapshot_id"), n("fingeravtrykk"), n("parameterrader"),
    n("sporing_id"), n("sporing_rad", Integer), kan_mangle("forrige_vedtak_id"), n("kjoring_id"),
    n("fattet_dato", Date), n("fattet_tid", Tid),
    blant("utfall", "innvilget", "avslag"), hele_ore("belop_ore"),
    CheckConstraint("belop_ore >= 0 AND (utfall = 'innvilget' OR belop_ore = 0)", name="belop_ore"),
    UniqueConstraint("sak_id", "versjon"),
)  # fmt: skip

rettighet = Table(  # one live granted decision per key (I03); see kjerne.vedtak.rettighet
    "rettighet", metadata, pk("nokkel"), fk("vedtak_id", "vedtak.vedtak_id"),
)  # fmt: skip

linje = Table(
    "linje", metadata,
    pk("linje_id"), fk("vedtak_id", "vedtak.vedtak_id"), n("nr", Integer), n("rolle"), kan_mangle("person_id"),
    kan_mangle("orgnr"), n("konto"), n("klasse"), n("fom", Date), n("tom", Date), n("belop_ore", BigInteger),
    CheckConstraint("belop_ore > 0", name="belop_ore"), hele_ore("belop_ore"),
    CheckConstraint("person_id IS NOT NULL OR orgnr IS NOT NULL", name="mottaker"),
    UniqueConstraint("vedtak_id", "nr"),
)  # fmt: skip

bunt = Table(
    "bunt", metadata,
    pk("bunt_id"), n("ordning"), n("antall", Integer), n("sum_ore", BigInteger), n("innhold_sha256"),
    n("laget_av"), n("kjoring_id"), n("betalingsdato", Date), n("laget_tid", Tid),
    hele_ore("sum_ore"), CheckConstraint("antall > 0 AND sum_ore > 0", name="ikke_tom"),
)  # fmt: skip

brev = Table(
    "brev", metadata, pk("vedtak_id", "vedtak.vedtak_id"), n("maalform"), n("sha256"), n("arkiv"),
)  # fmt: skip
