"""What Oppdragssystemet is told, and what it answers: files of messages, the lines of each message, the answers. All append-only."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Date, ForeignKey, Index, Integer, Table, UniqueConstraint

from kjerne.lager.tabeller.felles import Tekst, Tid, blant, fk, hele_ore, kan_mangle, metadata, n, pk, utfylt

vedtaksperiode = Table(  # all that a later version of a decision gives, period by period; of a first version that is its lines
    "vedtaksperiode", metadata,
    pk("vedtak_id", "vedtak.vedtak_id"), pk("nr", type_=Integer), n("rolle"), n("klasse"), kan_mangle("person_id"), kan_mangle("orgnr"),
    n("fom", Date), n("tom", Date), n("belop_ore", BigInteger), hele_ore("belop_ore"), CheckConstraint("belop_ore > 0", name="belop_ore"),
)  # fmt: skip

oppdragsfil = Table(  # `fil_id` is that of the batch; without a batch it holds only what takes money away
    "oppdragsfil", metadata,
    pk("fil_id"), n("ordning"), Column("bunt_id", Tekst, ForeignKey("bunt.bunt_id"), nullable=True), n("nokkel"), n("planlagt_tid", Tid),
    UniqueConstraint("nokkel"), CheckConstraint("coalesce(bunt_id, fil_id) = fil_id", name="fil_id"), Index(None, "ordning"),
)  # fmt: skip

oppdragsfil_hendelse = Table(  # of a file without a batch; the others have bunt_hendelse
    "oppdragsfil_hendelse", metadata,
    pk("fil_id", "oppdragsfil.fil_id"), pk("hendelse"), n("av"), kan_mangle("fil_sha256"), n("tid", Tid),
    blant("hendelse", "sendt", "kvittert", "avstemt"),
    CheckConstraint("(hendelse = 'sendt') = (fil_sha256 IS NOT NULL)", name="fil_sha256"), utfylt("av"),
)  # fmt: skip

oppdragslinje = Table(  # `nr` counts the lines of the chain as they were made; an OPPH has the delytelse_id of the line it ends
    "oppdragslinje", metadata,
    pk("fagsystem_id"), pk("nr", type_=Integer), fk("fil_id", "oppdragsfil.fil_id"), n("endring"), fk("vedtak_id", "vedtak.vedtak_id"),
    n("rolle"), n("klasse"), kan_mangle("person_id"), kan_mangle("orgnr"), n("delytelse_id"), n("ref_delytelse_id"),
    n("fom", Date), n("tom", Date), n("sats_ore", BigInteger), kan_mangle("opphor_fra", Date),
    blant("endring", "NY", "ENDR"), hele_ore("sats_ore"), CheckConstraint("sats_ore > 0", name="sats_ore"),
    CheckConstraint("nr > 0", name="nr"), CheckConstraint("tom >= fom", name="periode"),
    Index(None, "fil_id", "fagsystem_id", "nr"), Index(None, "vedtak_id"),
)  # fmt: skip

oppdragssvar = Table(  # one answer to one message; `tekst` is the receiver's own and may hold personal data
    "oppdragssvar", metadata,
    pk("fil_id", "oppdragsfil.fil_id"), pk("fagsystem_id"), pk("nr", type_=Integer), n("alvorlighetsgrad"), n("kode"), n("tekst"),
    n("svarfil_sha256"), n("tid", Tid), blant("alvorlighetsgrad", "00", "04", "08", "12"), CheckConstraint("nr > 0", name="nr"),
    Index(None, "svarfil_sha256"),
)  # fmt: skip

nytt_oppdrag = Table(  # a human has decided that a refused message of a file without a batch is sent anew
    "nytt_oppdrag", metadata,
    pk("fil_id", "oppdragsfil.fil_id"), pk("fagsystem_id"), n("grunn"), n("av"), n("tid", Tid), utfylt("grunn"), utfylt("av"),
)  # fmt: skip
