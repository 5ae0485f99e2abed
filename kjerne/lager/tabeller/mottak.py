"""What came in by the API: which sender's key gave which case, so that the same thing sent again is the same case (I02)."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Table, UniqueConstraint

from kjerne.lager.tabeller.felles import Tekst, Tid, metadata, n, pk

# Written before the application, so that two senders of one key meet here; the reference is checked at commit.
innsending = Table(
    "innsending", metadata,
    pk("ordning"), pk("klient"), pk("nokkel"), n("innhold_sha256"),
    Column("sak_id", Tekst, ForeignKey("soknad.sak_id", deferrable=True, initially="DEFERRED"), nullable=True),  # missing: a file
    n("mottatt_tid", Tid), UniqueConstraint("sak_id"),
)  # fmt: skip
