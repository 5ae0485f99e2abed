"""What the controls before payment found, and what a human decided about it. Both append-only."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, Table

from kjerne.lager.tabeller.felles import Tekst, Tid, blant, hele_ore, metadata, n, pk

kontrollfunn = Table(  # one line, or one batch, that one version of one control points at; see kjerne.kontroll
    "kontrollfunn", metadata,
    pk("funn_id"), n("ordning"), n("kontroll"), n("versjon", Integer), n("handling"), n("modus"),
    Column("linje_id", Tekst, ForeignKey("linje.linje_id")), Column("bunt_id", Tekst, ForeignKey("bunt.bunt_id")),
    n("gruppe"), n("grunn"), n("bevis"), n("belop_ore", BigInteger), n("kjoring_id"), n("laget_av"), n("funnet_tid", Tid),
    blant("handling", "STOPP", "STOPP_BUNT", "STIKK", "ETTER"), blant("modus", "skarp", "skygge"), hele_ore("belop_ore"),
    CheckConstraint("(linje_id IS NULL) <> (bunt_id IS NULL)", name="objekt"),
    Index(None, "ordning", "linje_id"), Index(None, "bunt_id"),
)  # fmt: skip

kontrollbeslutning = Table(  # the highest `nr` of a finding is what holds
    "kontrollbeslutning", metadata,
    pk("funn_id", "kontrollfunn.funn_id"), pk("nr", type_=Integer), n("beslutning"), n("grunn"), n("av"), n("tid", Tid),
    blant("beslutning", "slipp", "hold"),
    CheckConstraint("length(trim(av)) > 0", name="av"), CheckConstraint("length(trim(grunn)) > 0", name="grunn"),
)  # fmt: skip
