"""What happened, as a chain that shows tampering, and who looked at whom. Two logs, never mixed."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Index, Table, UniqueConstraint

from kjerne.lager.tabeller.felles import Tid, metadata, n, pk

revisjonslogg = Table(  # ids, codes and whole numbers; see kjerne.revisjon
    "revisjonslogg", metadata,
    pk("nr", type_=BigInteger), n("hendelse"), n("objekt"), n("av"), n("detaljer"), n("tid", Tid),
    n("forrige_hash"), n("radhash"),
    UniqueConstraint("forrige_hash"),  # no event has two that follow it: the chain cannot fork
    CheckConstraint("nr > 0", name="nr"), CheckConstraint("length(trim(av)) > 0", name="av"),
    Index(None, "hendelse", "nr"),
)  # fmt: skip

oppslagslogg = Table(  # one line for each time that a person's data were shown to somebody
    "oppslagslogg", metadata,
    pk("oppslag_id"), n("av"), n("ordning"), n("sak_id"), n("vist"), n("formaal"), n("tid", Tid),
    CheckConstraint("length(trim(av)) > 0", name="av"), CheckConstraint("length(trim(formaal)) > 0", name="formaal"),
    Index(None, "sak_id", "tid"), Index(None, "av", "tid"),
)  # fmt: skip
