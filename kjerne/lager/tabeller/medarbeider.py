"""Who works here. A new row replaces the one before; see kjerne.tilgang."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Integer, Table

from kjerne.lager.tabeller.felles import Tid, metadata, n, pk, utfylt

medarbeider = Table(
    "medarbeider", metadata,
    pk("konto"), pk("nr", type_=Integer), n("person"), n("navn"), n("roller"), n("av"), n("tid", Tid),
    CheckConstraint("konto = lower(trim(konto)) AND length(konto) > 0", name="konto"),
    CheckConstraint("person = lower(trim(person)) AND length(person) > 0", name="person"), utfylt("av"),
)  # fmt: skip
