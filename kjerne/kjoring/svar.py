"""Questions out and answers in: what failed in 2020, when employers had to be asked by hand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from kjerne.kjoring.rom import Arbeidsrom
from kjerne.kjoring.visning import foer_visning
from kjerne.kontrakt import verdier
from kjerne.kontrakt.feil import Ordningsfeil, Samlefeil
from kjerne.lager.fil import skriv_fast
from kjerne.lager.motor import lesende
from kjerne.lager.tabeller import person, soknad, sporsmal, svar
from kjerne.mottak import Svarfeil, les_ett
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.regelmotor.saksfil import les_tabell
from kjerne.revisjon import logg
from kjerne.vedtak.sporsmal import aapne_sporsmal, registrer_svar, saker_med_alle_svar, tell_aapne

KOLONNER = ["sporsmal_id", "til", "mottaker", "maaned", "felt", "sporsmal", "frist"]
IKKE_GJORT = "Ingen svar i filen er lagret."


def sporsmalsliste(rom: Arbeidsrom, ordning: str, antall: int | None = None, fra: int = 0) -> pd.DataFrame:
    """Open questions: who is asked, about which month, what is missing; all of them, or `antall` from number `fra` on. Holds no person's
    number, so it may be shown on a screen."""
    with lesende(rom.motor) as conn:
        liste = aapne_sporsmal(conn, ordning, antall, fra)[KOLONNER]
    return liste.assign(maaned=[m.strftime("%Y-%m") if isinstance(m, dt.date) else "" for m in liste["maaned"]])


def antall_sporsmal(rom: Arbeidsrom, ordning: str) -> tuple[int, int]:
    """How many are open, and of how many the deadline is out."""
    with lesende(rom.motor) as conn:
        return tell_aapne(conn, ordning, rom.klokke.idag())


def skriv_sporsmal(rom: Arbeidsrom, ordning: str, sti: Path, av: str) -> int:
    """The list as a CSV that can be answered in a spreadsheet: the columns svar, begrunnelse and gitt_av are empty. The file says
    whom each question is about (`gjelder`), since nobody can answer otherwise; only its owner may read it, and that `av` got it is in
    the log of lookups. Returns the number."""
    liste = sporsmalsliste(rom, ordning)
    hvem = _hvem(rom, ordning).reindex(liste["sporsmal_id"])
    foer_visning(rom, ordning, hvem["sak_id"], av, "sporsmal", handling="svar")
    liste.insert(1, "gjelder", hvem["ident"].to_numpy())
    tekst = liste.assign(svar="", begrunnelse="", gitt_av="").to_csv(sep=";", index=False, lineterminator="\r\n")
    sti.parent.mkdir(parents=True, exist_ok=True)
    sti.unlink(missing_ok=True)
    skriv_fast(sti.parent, lambda fil: fil.write(b"\xef\xbb\xbf" + tekst.encode()), lambda _: sti.name, "sporsmal")
    sti.chmod(0o600)
    return len(liste)


def _hvem(rom: Arbeidsrom, ordning: str) -> pd.DataFrame:
    """By sporsmal_id: the case, and the person's number in two groups, so that a spreadsheet keeps it as text."""
    sporring = (
        sa.select(sporsmal.c.sporsmal_id, sporsmal.c.sak_id, person.c.ident)
        .join(soknad, soknad.c.sak_id == sporsmal.c.sak_id)
        .join(person, person.c.person_id == soknad.c.person_id)
        .where(sporsmal.c.ordning == ordning)
    )
    with lesende(rom.motor) as conn:
        rader = conn.execute(sporring).all()
    ramme = pd.DataFrame([(s, sak, f"{ident[:6]} {ident[6:]}") for s, sak, ident in rader], columns=["sporsmal_id", "sak_id", "ident"])
    return ramme.astype(object).set_index("sporsmal_id")


def les_svar(rom: Arbeidsrom, verk: Regelverk, sti: Path, gitt_av: str) -> dict[str, int]:
    """Reads an answered list. All or nothing: raises Samlefeil naming line and column of each answer that cannot be used."""
    tabell = les_tabell(sti)
    if mangler := [k for k in ("sporsmal_id", "svar") if k not in tabell]:
        raise Ordningsfeil(
            f"Kolonnen {', '.join(mangler)} mangler.", f"{sti}, linje 1", "Bruk listen fra: ordning sporsmal --ut.", IKKE_GJORT, kode=2
        )
    besvart = tabell[tabell["svar"].str.strip() != ""]
    with lesende(rom.motor) as conn:
        felt = aapne_sporsmal(conn, verk.id).set_index("sporsmal_id")["felt"]
    eier = _hvem(rom, verk.id)["ident"].str.replace(" ", "")
    feil = [f for linje, rad in besvart.iterrows()
            if (f := _feil(verk, sti, linje, felt.get(rad["sporsmal_id"]), rad["svar"], eier.get(rad["sporsmal_id"], "")))]  # fmt: skip
    if feil:
        raise Samlefeil(feil[:50])
    ramme = pd.DataFrame(
        {
            "sporsmal_id": besvart["sporsmal_id"].str.strip(),
            "verdi": besvart["svar"].str.strip(),
            "begrunnelse": besvart["begrunnelse"].str.strip() if "begrunnelse" in besvart else None,
            "gitt_av": besvart["gitt_av"].str.strip().replace("", gitt_av) if "gitt_av" in besvart else gitt_av,
        }
    )
    return _lagre(rom, verk, ramme.reset_index(drop=True), gitt_av) | {"uten_svar": len(tabell) - len(besvart)}


def _lagre(rom: Arbeidsrom, verk: Regelverk, ramme: pd.DataFrame, av: str) -> dict[str, int]:
    with rom.motor.begin() as conn:
        antall = registrer_svar(conn, ramme, rom.klokke.naa())
        klare = len(saker_med_alle_svar(conn, verk.id))
        if antall["nye"]:
            logg(conn, "svar.lest_inn", f"ordning:{verk.id}", av, {"antall": antall["nye"]}, rom.klokke.naa())
    rom.foranker()
    return antall | {"klare_saker": klare}


def svar_paa_ett(rom: Arbeidsrom, verk: Regelverk, sporsmal_id: str, svaret: str, begrunnelse: str, gitt_av: str) -> dict[str, int]:
    """One answer, as it was given on the telephone. Raises Ordningsfeil when it is no answer to the question."""
    rad = hent_sporsmal(rom, verk.id, sporsmal_id)
    if feil := verdifeil(verk, rad.felt, svaret.strip(), "svaret", "Svaret er ikke lagret.", rad.ident):
        raise feil
    ramme = pd.DataFrame([{"sporsmal_id": sporsmal_id, "verdi": svaret.strip(), "begrunnelse": begrunnelse.strip() or None,
                           "gitt_av": gitt_av}])  # fmt: skip
    return _lagre(rom, verk, ramme, gitt_av)


def hent_sporsmal(rom: Arbeidsrom, ordning: str, sporsmal_id: str) -> sa.Row:
    """One open question, and the number of the person that it is about (`ident`). Raises Ordningsfeil (kode 2)."""
    s = sporsmal.c
    sporring = sa.select(sporsmal, person.c.ident).join(soknad, soknad.c.sak_id == s.sak_id)
    sporring = sporring.join(person, person.c.person_id == soknad.c.person_id).outerjoin(svar, svar.c.sporsmal_id == s.sporsmal_id)
    with lesende(rom.motor) as conn:
        rad = conn.execute(sporring.where(s.ordning == ordning, s.sporsmal_id == sporsmal_id, svar.c.svar_id.is_(None))).one_or_none()
    if rad is None:
        raise Ordningsfeil("Spørsmålet finnes ikke, eller er besvart.", f"spørsmål {sporsmal_id[:40]}", "Se listen over spørsmål.",
                           "Svaret er ikke lagret.", kode=2)  # fmt: skip
    return rad


def _feil(verk: Regelverk, sti: Path, linje: int, felt: str | None, svar: str, eier: str) -> Ordningsfeil | None:
    """What is wrong with one answer. A question that is not open (None) is judged when it is stored."""
    return None if felt is None else verdifeil(verk, felt, svar, f"{sti}, linje {linje}, kolonne svar", IKKE_GJORT, eier)


def verdifeil(verk: Regelverk, felt: str, tekst: str, sted: str, ikke_gjort: str, eier: str = "") -> Ordningsfeil | None:
    """Why the text is no answer to the question, without repeating it: it may be somebody's name or number. None when it is one.
    `inntekt` is a month's pay, in kroner; `eier` the number of the person that it is about."""
    try:
        if felt != "inntekt":
            les_ett(verk.manifest, felt, tekst, eier)
        elif verdier.ore(tekst) is None:
            raise Svarfeil("mangler. Skriv 0 hvis beløpet er null")
    except Svarfeil as grunn:
        return Ordningsfeil(f"Svaret {grunn}.", sted, "Rett svaret.", ikke_gjort)
    except ValueError:
        return Ordningsfeil("Svaret kan ikke leses som beløp i kroner.", sted, "Skriv for eksempel 42 500,50.", ikke_gjort)
    return None
