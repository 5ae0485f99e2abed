"""Where a scheme stands on the ladder, and the gate: below `godkjent` nothing is decided or paid for a real person.

The jurist's signature is bound to the SHA-256 of REGLER.md, and REGLER.md names the fingerprint of the folder. A rule that is
changed breaks one or the other, and the scheme is back on `prove` without anybody having to remember it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.modenhet import (
    FILNAVN,
    IKKE_GJORT,
    LEDD,
    TRINN,
    UTEN_PARAGRAF,
    Kravtekst,
    Modenhet,
    Signatur,
    Trinn,
    les_modenhet,
)
from kjerne.regelmotor.regelverk import Regelverk

REGLER = "REGLER.md"
SKREVET_AVTRYKK = 16  # characters of the fingerprint that REGLER.md shows


@dataclass(frozen=True)
class Ledd:
    """One requirement as it stands: `status` gjort, unntak or todo, and why."""

    krav: Kravtekst
    status: str
    grunn: str


@dataclass(frozen=True)
class Stilling:
    """`bedt_om` is what ordning.toml says; `trinn` what the scheme has."""

    ordning: str
    bedt_om: Trinn
    trinn: Trinn
    ledd: tuple[Ledd, ...]

    def mangler(self, trinn: Trinn) -> list[Ledd]:
        """What is still owed before the scheme can stand on `trinn`."""
        return [x for x in self.ledd if x.status == "todo" and TRINN.index(x.krav.trinn) <= TRINN.index(trinn)]


def stilling(verk: Regelverk, funn: int | None = None) -> Stilling:
    """Where the scheme stands. `funn` is the number of findings of `ordning sjekk` when it has been run; otherwise the
    signature, which cannot be given with findings, answers for it. Raises Ordningsfeil when modenhet.toml cannot be read."""
    modenhet = les_modenhet(verk.mappe)
    signert = signaturfeil(verk, modenhet)
    ledd = tuple(_maskin(k, signert, funn) if k.maskin else _menneske(k, modenhet) for k in LEDD)
    ledd = tuple(_hjemler(x, verk) if x.krav.id == UTEN_PARAGRAF else x for x in ledd)
    naadd = "utkast"
    for trinn in ("prove", "godkjent"):
        if any(x.status == "todo" and x.krav.trinn == trinn for x in ledd):
            break
        naadd = trinn
    bedt = verk.manifest.tilstand
    trinn = bedt if naadd == "godkjent" else TRINN[min(TRINN.index(bedt), TRINN.index(naadd))]
    return Stilling(verk.id, bedt, trinn, ledd)


def _maskin(krav: Kravtekst, signaturfeil: str, funn: int | None) -> Ledd:
    if krav.id == "sjekk":
        i_orden = funn == 0 or (funn is None and not signaturfeil)
        grunn = "ingen funn" if i_orden else "ikke kjørt etter siste endring" if funn is None else f"{funn} funn"
        return Ledd(krav, "gjort" if i_orden else "todo", grunn)
    return Ledd(krav, "todo" if signaturfeil else "gjort", signaturfeil or "signaturen gjelder REGLER.md slik den er")


def _menneske(krav: Kravtekst, modenhet: Modenhet) -> Ledd:
    svar = modenhet.krav.get(krav.id)
    return Ledd(krav, svar.status if svar else "todo", svar.grunn if svar else "")


def _hjemler(svar: Ledd, verk: Regelverk) -> Ledd:
    """Conditions whose paragraph was not found are an open point until somebody has written why."""
    uten = [r.navn for r in verk.regelsett.av_art("vilkår") if not r.hjemmel.kjent]
    if not uten:
        return Ledd(svar.krav, "gjort", "alle vilkår har en paragraf")
    hvilke = f"§ ? i {len(uten)} vilkår: {', '.join(uten)}"
    return Ledd(svar.krav, "unntak", f"{svar.grunn} ({hvilke})") if svar.status == "unntak" else Ledd(svar.krav, "todo", hvilke)


def signaturfeil(verk: Regelverk, modenhet: Modenhet) -> str:
    """Why the signature does not hold for the folder as it is; empty when it does."""
    if modenhet.signatur is None:
        return "REGLER.md er ikke signert"
    side = (verk.mappe / REGLER).read_bytes() if (verk.mappe / REGLER).exists() else b""
    if hashlib.sha256(side).hexdigest() != modenhet.signatur.regler_sha256:
        return "REGLER.md er endret etter at den ble signert"
    if verk.fingeravtrykk[:SKREVET_AVTRYKK].encode() not in side:
        return "reglene er endret etter at REGLER.md ble laget"
    return ""


def krev_trinn(verk: Regelverk, *godtatt: Trinn, hva: str, funn: int | None = None) -> None:
    """The gate. Raises Ordningsfeil (code 4) unless the scheme stands on one of these, the lowest first; names what is missing for it.
    `funn` as in `stilling`."""
    naa = stilling(verk, funn)
    if naa.trinn in godtatt:
        return
    mangler = [f"{x.krav.tekst} ({x.grunn or 'ikke gjort'})" for x in naa.mangler(godtatt[0])]
    gjor = "Dette mangler: " + "; ".join(mangler) + "." if mangler else f"Ordningen er {naa.trinn}: det er ment slik."
    trinnene = " eller ".join(filter(None, (", ".join(godtatt[:-1]), godtatt[-1])))
    raise Ordningsfeil(f"{hva} krever at ordningen er {trinnene}, men den er {naa.trinn}.",
                       f"{verk.mappe / FILNAVN} (tilstand i ordning.toml: {naa.bedt_om})", f"{gjor} Se: ordning modenhet {verk.id}",
                       f"{hva}. Det som er vedtatt og betalt før, står.", kode=4)  # fmt: skip


def signer(verk: Regelverk, jurist: str, dag: dt.date) -> Signatur:
    """Writes the jurist's signature in modenhet.toml, over REGLER.md as it lies in the folder. The rest of the file stays as it is.

    The caller has seen that `ordning sjekk` finds nothing. Raises Ordningsfeil when REGLER.md is missing or old."""
    sti = verk.mappe / REGLER
    if not sti.exists() or verk.fingeravtrykk[:SKREVET_AVTRYKK] not in sti.read_text("utf-8"):
        raise Ordningsfeil("REGLER.md er ikke laget av reglene slik de er nå.", str(sti), f"Kjør: ordning dok {verk.id}", IKKE_GJORT)
    signatur = Signatur(jurist=jurist, dato=dag, regler_sha256=hashlib.sha256(sti.read_bytes()).hexdigest())
    _skriv(verk.mappe / FILNAVN, signatur)
    return signatur


def _skriv(sti: Path, s: Signatur) -> None:
    tekst = sti.read_text("utf-8") if sti.exists() else ""
    uten = re.sub(r"(?ms)^\[signatur\]\n.*?(?=^\[|\Z)", "", tekst).rstrip("\n")
    navn = s.jurist.replace("\\", "\\\\").replace('"', '\\"')
    blokk = f'[signatur]\njurist = "{navn}"\ndato = {s.dato}\nregler_sha256 = "{s.regler_sha256}"\n'
    midlertidig = sti.with_suffix(".tmp")
    midlertidig.write_text(f"{uten}\n\n{blokk}" if uten else blokk, "utf-8")
    midlertidig.replace(sti)
