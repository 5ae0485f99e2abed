"""Decisions taken once more, claims for what was paid too much, and what a caseworker enters and decides."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Date, Index, Integer, Table

from kjerne.lager.tabeller.felles import Tid, blant, fk, hele_ore, kan_mangle, metadata, n, pk, utfylt

revurdering = Table(  # a proposal, bound to the SHA-256 of what it will do; the rows lie as frames under that content
    "revurdering", metadata,
    pk("revurdering_id"), n("ordning"), n("aarsak"), n("grunn"), n("antall", Integer), n("til_ugunst", Integer),
    n("tillegg_ore", BigInteger), n("krav_ore", BigInteger), n("vedtaksdato", Date), n("innhold"), n("innhold_sha256"),
    n("foreslaatt_av"), n("foreslaatt_tid", Tid),
    blant("aarsak", "inntekt", "regel", "feil"), utfylt("grunn"), hele_ore("tillegg_ore"), hele_ore("krav_ore"),
    CheckConstraint("antall > 0", name="ikke_tom"), utfylt("foreslaatt_av"),
    Index(None, "ordning"),
)  # fmt: skip

revurdering_hendelse = Table(
    "revurdering_hendelse", metadata,
    pk("revurdering_id", "revurdering.revurdering_id"), pk("hendelse"), n("av"), n("innhold_sha256"), kan_mangle("grunn"),
    n("tid", Tid), blant("hendelse", "godkjent", "avvist"), utfylt("av"),
)  # fmt: skip

omgjoring = Table(  # what a new version of a decision changed; together with its lines and claims it balances to the øre
    "omgjoring", metadata,
    pk("vedtak_id", "vedtak.vedtak_id"), fk("revurdering_id", "revurdering.revurdering_id"), n("for_utfall"),
    n("for_ore", BigInteger), n("etter_ore", BigInteger), n("tillegg_ore", BigInteger), n("krav_ore", BigInteger),
    n("til_ugunst", Integer),
    *(hele_ore(k) for k in ("for_ore", "etter_ore", "tillegg_ore", "krav_ore")),
    CheckConstraint("etter_ore - for_ore = tillegg_ore - krav_ore", name="balanse"),
    CheckConstraint("tillegg_ore >= 0 AND krav_ore >= 0", name="fortegn"),
    CheckConstraint("til_ugunst IN (0, 1) AND (krav_ore = 0 OR til_ugunst = 1)", name="til_ugunst"),
)  # fmt: skip

tilbakekreving = Table(  # what one payee has got too much by one new version
    "tilbakekreving", metadata,
    pk("krav_id"), fk("vedtak_id", "vedtak.vedtak_id"), n("ordning"), n("rolle"), n("klasse"), kan_mangle("person_id"),
    kan_mangle("orgnr"), n("belop_ore", BigInteger), n("opprettet_tid", Tid),
    hele_ore("belop_ore"), CheckConstraint("belop_ore > 0", name="belop_ore"),
    CheckConstraint("person_id IS NOT NULL OR orgnr IS NOT NULL", name="mottaker"), Index(None, "ordning"), Index(None, "vedtak_id"),
)  # fmt: skip

tilbakekreving_hendelse = Table(  # I16: guarded by triggers, see migration 0007
    "tilbakekreving_hendelse", metadata,
    pk("krav_id", "tilbakekreving.krav_id"), pk("hendelse"), n("av"), n("dato", Date), kan_mangle("frist", Date),
    kan_mangle("belop_ore", BigInteger), kan_mangle("grunn"), kan_mangle("brev_sha256"), kan_mangle("brev_arkiv"), n("tid", Tid),
    blant("hendelse", "varslet", "vedtatt", "frafalt", "oversendt"), utfylt("av"),
    CheckConstraint("typeof(belop_ore) IN ('integer', 'null')", name="belop_ore_heltall").ddl_if(dialect="sqlite"),
    CheckConstraint("(hendelse = 'varslet') = (frist IS NOT NULL) AND coalesce(frist > dato, TRUE)", name="frist"),
    CheckConstraint("hendelse <> 'varslet' OR (brev_sha256 IS NOT NULL AND brev_arkiv IS NOT NULL)", name="brev"),
    CheckConstraint("(hendelse = 'vedtatt') = (belop_ore IS NOT NULL) AND coalesce(belop_ore, 1) > 0", name="belop_ore"),
    CheckConstraint("hendelse NOT IN ('vedtatt', 'frafalt') OR length(trim(coalesce(grunn, ''))) > 0", name="grunn"),
)  # fmt: skip
