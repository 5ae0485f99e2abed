"""Computed ids: the same content gives the same id, on every machine and in every run (uuid5; RFC 9562 §5.5)."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable, Sequence

_ROT = uuid.UUID("8e0a2f0c-52d7-5b0e-9c5b-6f3d2a41c7de")
SAK, VEDTAK, LINJE, SPORSMAL, SVAR, PERSON, FORSOK = (
    uuid.uuid5(_ROT, navn) for navn in ("sak", "vedtak", "linje", "sporsmal", "svar", "person", "forsok")
)
_VARIANT = {f"{i:x}": "89ab"[i & 3] for i in range(16)}


def uuid5_mange(navnerom: uuid.UUID, navn: Iterable[str]) -> list[str]:
    """uuid5 of each name as text; about 1 µs each, and equal to `uuid.uuid5`."""
    forst, ut = hashlib.sha1(navnerom.bytes, usedforsecurity=False), []
    for ett in navn:
        h = forst.copy()
        h.update(ett.encode("utf-8"))
        ut.append(uuid_tekst(h.hexdigest()))
    return ut


def uuid_tekst(x: str) -> str:
    """The first 32 hex digits as the text of a UUID of version 5."""
    return f"{x[:8]}-{x[8:12]}-5{x[13:16]}-{_VARIANT[x[16]]}{x[17:20]}-{x[20:32]}"


def sak_ider(ordning: str, soknad_ider: Iterable[str]) -> list[str]:
    return uuid5_mange(SAK, (f"{ordning}\n{s}" for s in soknad_ider))


def vedtak_ider(sak_ider: Iterable[str], versjon: int = 1) -> list[str]:
    return uuid5_mange(VEDTAK, (f"{s}\n{versjon}" for s in sak_ider))


def linje_ider(vedtak_ider: Sequence[str], nr: Sequence[int]) -> list[str]:
    return uuid5_mange(LINJE, (f"{v}\n{int(n)}" for v, n in zip(vedtak_ider, nr, strict=True)))


def sak_id(ordning: str, soknad_id: str) -> str:
    return sak_ider(ordning, [soknad_id])[0]


def vedtak_id(sak_id: str, versjon: int = 1) -> str:
    return vedtak_ider([sak_id], versjon)[0]


def linje_id(vedtak_id: str, nr: int) -> str:
    return linje_ider([vedtak_id], [nr])[0]


def sporsmal_id(sak_id: str, til: str, mottaker: str | None, maaned: dt.date | None, felt: str, kontroll: str) -> str:
    """One question about one thing in one case, however many runs that ask it."""
    deler = (sak_id, til, mottaker or "", f"{maaned:%Y-%m}" if maaned else "", felt, kontroll)
    return uuid5_mange(SPORSMAL, ["\n".join(deler)])[0]


def svar_id(sporsmal_id: str) -> str:
    return uuid5_mange(SVAR, [sporsmal_id])[0]


def ende_til_ende_id(linje_id: str, forsok: int = 1) -> str:
    """EndToEndId of a payment of a line: 32 hex digits, so at most 35 signs (pain.001), and unique as line and attempt are."""
    ett = linje_id if forsok == 1 else uuid5_mange(FORSOK, [f"{linje_id}\n{forsok}"])[0]
    return ett.replace("-", "")
