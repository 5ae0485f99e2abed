"""Payment: what became of a batch, its lines, the stop button, limits, ledger, receipts and reconciliation. All append-only."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Date, ForeignKey, Index, Integer, Table, UniqueConstraint

from kjerne.lager.tabeller.felles import Tekst, Tid, blant, fk, hele_ore, kan_mangle, metadata, n, pk, utfylt

bunt_overgang = Table(  # every edge of the state machine; see kjerne.utbetaling.tilstand
    "bunt_overgang", metadata, pk("handling"), pk("fra"), n("til"),
)  # fmt: skip

bunt_hendelse = Table(  # the event with the highest `nr` says where the batch is; none: forberedt
    "bunt_hendelse", metadata,
    pk("bunt_id", "bunt.bunt_id"), pk("nr", type_=Integer), n("handling"), n("tilstand"), n("av"), n("person"),
    n("innhold_sha256"), kan_mangle("fil_sha256"), kan_mangle("grunn"), n("tid", Tid),
    CheckConstraint("(handling = 'send') = (fil_sha256 IS NOT NULL)", name="fil_sha256"),
    CheckConstraint("handling NOT IN ('avvis', 'trekk', 'stans') OR length(trim(coalesce(grunn, ''))) > 0", name="grunn"),
    utfylt("av"), Index(None, "tilstand", "bunt_id"),
)  # fmt: skip

bunt_linje = Table(  # `forsok`: 1 is the first time the line is to be paid; the next when that came to nothing
    "bunt_linje", metadata,
    pk("linje_id", "linje.linje_id"), pk("forsok", type_=Integer), fk("bunt_id", "bunt.bunt_id"), n("konto"), n("ende_til_ende_id"),
    UniqueConstraint("ende_til_ende_id"), CheckConstraint("length(ende_til_ende_id) <= 35", name="ende_til_ende_id"),
    CheckConstraint("forsok > 0", name="forsok"),
    Index(None, "bunt_id", "linje_id"),  # the lines of a batch in key order, without sorting them
)  # fmt: skip

ny_betaling = Table(  # a human has decided that a rejected line is tried again, and to which account
    "ny_betaling", metadata,
    pk("linje_id", "linje.linje_id"), pk("forsok", type_=Integer), n("konto"), n("grunn"), n("av"), n("tid", Tid),
    CheckConstraint("forsok > 1", name="forsok"), utfylt("grunn"), utfylt("av"),
)  # fmt: skip

betalingsavtrykk = Table(  # the same money under another id has the same `avtrykk` (I05)
    "betalingsavtrykk", metadata,
    pk("avtrykk"), pk("nr", type_=Integer), fk("linje_id", "linje.linje_id"),
    UniqueConstraint("linje_id"), CheckConstraint("nr > 0", name="nr"),
)  # fmt: skip

stopp = Table(  # `omfang`: a scheme, or * for all; its event with the highest `nr` is what holds
    "stopp", metadata,
    pk("nr", type_=Integer), n("omfang"), n("handling"), n("grunn"), n("av"), n("tid", Tid),
    CheckConstraint("nr > 0", name="nr"), blant("handling", "stopp", "foresla_start", "start"), utfylt("grunn"), utfylt("av"),
    Index(None, "omfang", "nr"),
)  # fmt: skip

reservasjon = Table(  # what a batch takes of a limit, from the moment that it is disposed
    "reservasjon", metadata,
    pk("bunt_id", "bunt.bunt_id"), pk("ramme"), n("nokkel"), n("belop_ore", BigInteger), n("grense_ore", BigInteger),
    blant("ramme", "dag", "bevilgning"), hele_ore("belop_ore"), hele_ore("grense_ore"),
    CheckConstraint("belop_ore > 0 AND belop_ore <= grense_ore", name="belop_ore"), Index("ix_reservasjon_nokkel", "nokkel"),
)  # fmt: skip

ARTER = ("disponert", "trukket", "sendt", "oppgjort", "avvist", "retur", "krav", "innbetalt", "frafalt")
KONTI = ("stonad", "mottaker", "underveis", "bank", "fordring")

bilag = Table(  # a voucher; its postings add up to zero
    "bilag", metadata,
    pk("bilag_id"), n("ordning"), n("art"), n("objekt"), n("antall", Integer), n("dato", Date), n("tid", Tid),
    blant("art", *ARTER), CheckConstraint("antall > 1", name="antall"), Index(None, "ordning", "objekt"),
)  # fmt: skip

postering = Table(
    "postering", metadata,
    Column("bilag_id", Tekst, ForeignKey("bilag.bilag_id", deferrable=True, initially="DEFERRED"), primary_key=True),
    pk("nr", type_=Integer), n("konto"), n("klasse"), kan_mangle("person_id"), kan_mangle("orgnr"), n("gjelder"),
    n("belop_ore", BigInteger), blant("konto", *KONTI), hele_ore("belop_ore"), CheckConstraint("belop_ore <> 0", name="belop_ore"),
)  # fmt: skip

kvitteringsfil = Table(
    "kvitteringsfil", metadata,
    pk("fil_sha256"), n("ordning"), n("filnavn"), n("format"), n("lest", Integer), n("nye", Integer), n("avvik"), n("av"),
    n("tid", Tid), utfylt("av"),
)  # fmt: skip

kvittering = Table(  # what one answer says; `tekst` is the bank's own and may hold personal data
    "kvittering", metadata,
    pk("kvittering_id"), fk("fil_sha256", "kvitteringsfil.fil_sha256"), n("melding_id"), fk("bunt_id", "bunt.bunt_id"), n("nivaa"),
    n("ende_til_ende_id"), n("gruppe"), n("status"), n("grunner"), n("tekst"), n("tid", Tid),
    blant("nivaa", "melding", "gruppe", "linje"), CheckConstraint("(nivaa = 'linje') = (ende_til_ende_id <> '')", name="linje"),
    Index(None, "bunt_id", "ende_til_ende_id"),
)  # fmt: skip

STAND = ("oppgjort", "avvist", "retur", "motstrid")

linjestand = Table(  # the highest `nr` of a payment is how it ended; none: no final answer has come
    "linjestand", metadata,
    pk("ende_til_ende_id", "bunt_linje.ende_til_ende_id"), pk("nr", type_=Integer), n("stand"), kan_mangle("kvittering_id"),
    n("tid", Tid), blant("stand", *STAND),
)  # fmt: skip

avstemming = Table(  # batches, files, receipts and ledger held against each other; `innhold` the figures and what differed
    "avstemming", metadata,
    pk("avstemming_id"), n("ordning"), n("nr", Integer), n("dato", Date), n("bunter", Integer), n("avvik", Integer), n("innhold"),
    n("av"), n("tid", Tid), UniqueConstraint("ordning", "nr"), utfylt("av"),
)  # fmt: skip
