"""What a caseworker enters in a case that a human must look at, and what is decided there."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Integer, Table

from kjerne.lager.tabeller.felles import Tid, blant, fk, hele_ore, kan_mangle, metadata, n, pk, utfylt

saksopplysning = Table(  # a fact as a caseworker says it is; the newest of a field holds
    "saksopplysning", metadata,
    pk("sak_id", "soknad.sak_id"), pk("nr", type_=Integer), n("felt"), kan_mangle("verdi"), n("grunn"), n("av"), n("tid", Tid),
    CheckConstraint("nr > 0", name="nr"), utfylt("grunn"),
    utfylt("av"),
)  # fmt: skip

overstyring = Table(  # somebody wants another outcome than the rules give; nothing happens before another person agrees
    "overstyring", metadata,
    pk("overstyring_id"), fk("sak_id", "soknad.sak_id"), n("utfall"), n("belop_ore", BigInteger), n("regelutfall"),
    n("regel_belop_ore", BigInteger), n("innhold"), n("innhold_sha256"), n("grunn"), n("av"), n("tid", Tid),
    blant("utfall", "innvilget", "avslag"), hele_ore("belop_ore"), hele_ore("regel_belop_ore"),
    CheckConstraint("(utfall = 'innvilget') = (belop_ore > 0)", name="belop_ore"),
    CheckConstraint("utfall <> regelutfall OR belop_ore <> regel_belop_ore", name="annet_enn_reglene"),
    utfylt("grunn"), utfylt("av"),
)  # fmt: skip

overstyring_hendelse = Table(
    "overstyring_hendelse", metadata,
    pk("overstyring_id", "overstyring.overstyring_id"), pk("hendelse"), n("av"), n("innhold_sha256"), n("tid", Tid),
    blant("hendelse", "bekreftet", "avvist"), utfylt("av"),
)  # fmt: skip

manuelt_vedtak = Table(  # who decided, and what the rules gave on the same facts: equal treatment is measured here
    "manuelt_vedtak", metadata,
    pk("vedtak_id", "vedtak.vedtak_id"), n("av"), n("regelutfall"), n("regel_belop_ore", BigInteger),
    kan_mangle("overstyring_id"), n("tid", Tid), hele_ore("regel_belop_ore"),
    utfylt("av"),
)  # fmt: skip
