"""Masks over the delivery as a whole (†) and over the case itself: who, alive, once, and to which account."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kjerne.kontrakt.identer import gyldige_identer, gyldige_kontonr, syntetiske_identer
from kjerne.kontrakt.tabeller import DTYPER, TABELLER
from kjerne.kvalitet.kontekst import Kontekst, dager
from kjerne.kvalitet.maske import Felt, Maske, maske


def skjemaavvik(rammer: dict[str, pd.DataFrame]) -> list[str]:
    """What keeps the frames from being the canonical tables. Empty = nothing."""
    funn = [f"saker: kolonnen {n} mangler" for n in ("sak_id", "ident", "konto") if n not in rammer["sak"]]
    for navn, ramme in rammer.items():
        if navn in TABELLER:
            funn += [f"{navn}: {avvik}" for avvik in TABELLER[navn].avvik(ramme)]
    return funn


def _en(brudd: bool, tekst: str) -> Maske:
    return Maske(np.array([brudd]), lambda pos: [tekst] * len(pos))


@maske(1, "tabell")
def inn_schema_kjent(k: Kontekst) -> Maske:
    """The tables are the canonical ones, column for column. A wrong file makes everything wrong."""
    funn = skjemaavvik(k.rammer)
    return _en(bool(funn), "; ".join(funn[:5]))


@maske(2, "tabell")
def inn_rad_unik(k: Kontekst) -> Maske:
    """Every income row has its own id, so that a decision can name the rows it stands on."""
    rader = k.rammer["inntekt"]["rad_id"]
    like = int(rader.duplicated().sum() + rader.isna().sum())
    return _en(like > 0, f"{like} rader har samme eller ingen rad_id")


@maske(3, "tabell", kan_overstyres=True)
def inn_dekning_personer(k: Kontekst, min_andel: float = 0.9, maks_endring: float = 0.1, min_saker: int = 30) -> Maske:
    """At least `min_andel` of the applicants who use income have some, and about as many as in the last run.

    A cut-off extract looks like poverty. Fewer than `min_saker` cases say nothing about the extract.
    """
    andel, antall = dekning(k)
    if antall < min_saker:
        return _en(False, "")
    endring = abs(andel - k.forrige_dekning) if k.forrige_dekning is not None else 0.0
    tekst = f"{andel:.1%} av {antall} søkere har inntekt i uttrekket".replace(".", ",")
    if endring > maks_endring:
        tekst += f"; forrige gang {k.forrige_dekning:.1%}".replace(".", ",")
    return _en(andel < min_andel or endring > maks_endring, tekst)


def dekning(k: Kontekst) -> tuple[float, int]:
    """Share of the cases that use income whose person has at least one income row, and how many cases that is of."""
    bruker = k.sak.bruker_inntekt
    kjent = np.zeros(len(k.identer) + 1, bool)
    kjent[k.inn.person[k.inn.person >= 0]] = True
    har = kjent[k.sak.person[bruker]]
    return (float(har.mean()) if len(har) else 1.0), len(har)


@maske(4, rekkevidde="person", om_inntekt=False, svar_avklarer=False)
def inn_person_gyldig(k: Kontekst) -> Maske:
    """Persons' numbers have right control digits (rule of 1964 or 2032), in the income and in the case itself."""
    feil = np.append(~gyldige_identer(pd.Series(k.identer, dtype="str")), True)
    return Maske(feil[k.inn.person], lambda pos: ["feil kontrollsiffer"] * len(pos), sak=feil[k.sak.person])


@maske(5, rekkevidde="person", om_inntekt=False, svar_avklarer=False)
def inn_person_miljo(k: Kontekst) -> Maske:
    """Synthetic people in test and demonstration, real ones in production, never mixed. Invalid ones are for rule 4."""
    identer = pd.Series(k.identer, dtype="str")
    feil = gyldige_identer(identer) & (syntetiske_identer(identer) != k.krev_syntetisk)
    feil = np.append(feil, False)
    tekst = "ekte person i testmiljø" if k.krev_syntetisk else "syntetisk person i produksjon"
    return Maske(feil[k.inn.person], lambda pos: [tekst] * len(pos), sak=feil[k.sak.person])


@maske(None, rekkevidde="person")
def inn_ident_skiftet(k: Kontekst) -> Maske:
    """A D-number whose income stops where a new number from the same employer begins with the same pay (problem 24).

    Only the register knows who is who; this finds the likely ones, under both numbers.
    """
    f = k.forhold
    dnr = pd.Series(k.identer, dtype=DTYPER["tekst"]).str.fullmatch("[4-7].{10}").to_numpy(bool)[f.person]
    forste, siste = f.har.argmax(1), f.har.shape[1] - 1 - f.har[:, ::-1].argmax(1)
    med = np.flatnonzero(np.where(dnr, siste < f.har.shape[1] - 1, forste > 0))
    med = med[np.isin(f.org[med], f.org[med][dnr[med]])]  # employers of somebody whose D-number stops: few
    tabell = pd.DataFrame(
        {
            "rad": med,
            "org": f.org[med],
            "dnr": dnr[med],
            "fodt": [str(i)[1:6] for i in k.identer[f.person[med]]],
            "forste": forste[med],
            "siste": siste[med],
        }
    )
    par = tabell[tabell["dnr"]].merge(tabell[~tabell["dnr"]], on=["org", "fodt"], suffixes=("", "_ny"))
    par = par[par["forste_ny"] == par["siste"] + 1]
    treff = np.zeros(len(k.identer), bool)
    treff[f.person[par[["rad", "rad_ny"]].to_numpy().ravel()]] = True
    return Maske(
        treff[k.inn.person], lambda pos: ["samme jobb under to fødselsnumre"] * len(pos), sak=treff[k.sak.person]
    )


@maske(34, "sak")
def sok_entydig(k: Kontekst, noekkel: list[Felt] = ["ident"]) -> Maske:  # noqa: B006 - a default that is never changed
    """One open application per person (and the other fields of `noekkel`): the newest is kept, older ones are held."""
    saker = k.rammer["sak"]
    mottatt = dager(saker["mottatt_dato"]) if "mottatt_dato" in saker else np.zeros(len(saker), "datetime64[D]")
    orden = np.argsort(mottatt, kind="stable")
    brudd = np.zeros(len(saker), bool)
    brudd[orden] = (
        saker.iloc[orden].duplicated(["ident", *(n for n in noekkel if n != "ident")], keep="last").to_numpy()
    )
    return Maske(brudd, lambda pos: ["personen har en nyere søknad"] * len(pos))


@maske(35, "sak")
def sok_person_lever(k: Kontekst) -> Maske:
    """Nobody is paid after death: no date of death in the register (if it was read), no pay after death reported."""
    doed = np.zeros(len(k.identer) + 1, bool)
    doed[k.inn.person[k.er("beskrivelse", ["loennEtterDoedsfall"]) & (k.inn.person >= 0)]] = True
    brudd = doed[k.sak.person]
    if "personer" in k.rammer:
        personer = k.rammer["personer"]
        doede = personer.loc[personer["doedsdato"].notna(), "ident"]
        brudd |= k.rammer["sak"]["ident"].isin(doede).to_numpy(bool)
    return Maske(brudd, lambda pos: ["registrert død"] * len(pos))


@maske(36, "sak")
def utb_konto_gyldig(k: Kontekst, maks_personer: int = 3) -> Maske:
    """The account has eleven digits and right control digit, is not the applicant's own number, and at most `maks_personer` persons are
    paid to it."""
    konto = k.rammer["sak"]["konto"]
    feil = ~gyldige_kontonr(konto) | (konto == k.rammer["sak"]["ident"]).fillna(False).to_numpy(bool)
    koder, _ = pd.factorize(konto)
    par = np.unique(koder * np.int64(len(k.identer) + 1) + k.sak.person)
    antall = np.bincount((par // (len(k.identer) + 1))[par >= 0], minlength=koder.max(initial=-1) + 1)
    delt = np.append(antall, 0)[koder] > maks_personer
    return Maske(
        feil | delt,
        lambda pos: ["kontonummeret er ikke gyldig" if feil[i] else "kontoen deles av flere personer" for i in pos],
    )
