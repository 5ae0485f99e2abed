"""A day with something in every table that is only added to: by the doors that people use, in a scheme that pays through Oppdrag."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from kjerne.kjoring import overstyring, saksbehandling
from kjerne.kjoring.attestering import betal_godkjente
from kjerne.kjoring.helt import kjor_ordning
from kjerne.kjoring.innsending import Innsending, lagre_innsendinger
from kjerne.kjoring.kontrollsteg import avgjor, funn_som_venter
from kjerne.kjoring.kvitteringssteg import betal_avviste
from kjerne.kjoring.medarbeidere import registrer_medarbeider
from kjerne.kjoring.revurdering import Hvorfor, finn_endringer
from kjerne.kjoring.revurderingsforslag import foreslaa, godkjenn_forslag
from kjerne.kjoring.rom import Arbeidsrom, Grunnlag
from kjerne.kjoring.stoppknapp import trykk
from kjerne.kjoring.svar import sporsmalsliste, svar_paa_ett
from kjerne.kjoring.tilbakekreving import varsle
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.identer import lag_kontonr
from kjerne.lager import tabeller as t
from kjerne.lager.motor import lesende
from kjerne.mottak import Soknadsform
from kjerne.regelmotor.oppdagelse import finn
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.utbetaling.format.oppdrag_les import les_oppdrag
from tests.kjoring.conftest import betal_alt
from tests.kjoring.oppdragsordning import ID, endre, med_oppdrag, svar

ANTALL, PAA_EN_KONTO, UTEN_KONTO = 90, 3, 9
GRUNN = "Avklart på telefon, og bekreftet skriftlig."


def fyll_alt(rom: Arbeidsrom, grunnlag: Grunnlag, mappe: Path, monkeypatch) -> Regelverk:
    """Returns the scheme as it was in the end."""
    verk = _ordning(mappe / "ordninger", monkeypatch)
    registrer_medarbeider(rom, "lisa", "lisa", "Lisa", ["leder"], "lisa")
    grunnlag = replace(grunnlag, soknader=(_soknader(grunnlag, mappe),))
    kjor_ordning(rom, ID, grunnlag)
    form = Soknadsform(verk.manifest)
    lagre_innsendinger(rom, [Innsending(form, "klient", "nokkel-1", form.les(form.eksempel() | {"kontonummer": lag_kontonr(7)}))])
    _saker(rom, verk)
    avgjor(rom, ID, list(funn_som_venter(rom, ID)["funn_id"])[:1], "slipp", "Spurt, og de er ektefeller med felles konto.", "sara")
    (s,) = betal_alt(rom)
    _avvist(rom, s, mappe)
    verk = endre(mappe / "ordninger", "dekning;60;%", "dekning;50;%")
    f = foreslaa(rom, verk, finn_endringer(rom, verk, Hvorfor("regel", "feil sats")), "ola")
    godkjenn_forslag(rom, verk, f.revurdering_id, "kari", f.antall, "Sett og regnet.")
    _avvist(rom, betal_godkjente(rom, verk, "", "anne")[0], mappe)
    varsle(rom, verk, [], "sara")
    _stanset(rom, grunnlag, mappe)
    trykk(rom, ID, "for øvelsens skyld", "ola")
    return verk


def _ordning(mappe: Path, monkeypatch) -> Regelverk:
    """The fictional scheme with controls, and with a limit for each day."""
    med_oppdrag(mappe, monkeypatch)
    fil = mappe / ID / "ordning.toml"
    tekst = fil.read_text("utf-8").replace("maks_per_sak", "maks_per_dag = 5_000_000\nmaks_per_sak")
    fil.write_text(f"{tekst}\n[kontroll]\nkunngjort = 2020-03-01\n", "utf-8")
    return finn(ID)


def _stanset(rom: Arbeidsrom, grunnlag: Grunnlag, mappe: Path) -> None:
    """A run that cannot read its incomes."""
    (mappe / "inntekt.json").write_text("{ikke json", "utf-8")
    with pytest.raises(Ordningsfeil):
        kjor_ordning(rom, ID, replace(grunnlag, inntekter=(mappe / "inntekt.json",)))


def _soknader(grunnlag: Grunnlag, mappe: Path) -> Path:
    """Some of the applications, of which neighbours name one account, and a line that is nothing."""
    ramme = pd.read_csv(grunnlag.soknader[0], sep=";", dtype=str, keep_default_na=False).head(ANTALL)
    ramme["kontonummer"] = [ramme["kontonummer"][i - i % PAA_EN_KONTO] if i < ANTALL // 2 else k for i, k in ramme["kontonummer"].items()]
    ramme.loc[ANTALL - UTEN_KONTO :, "kontonummer"] = "12345678901"  # no account
    (fil := mappe / "noen.csv").write_text(ramme.to_csv(sep=";", index=False) + "tull\n", "utf-8")
    return fil


def _saker(rom: Arbeidsrom, verk: Regelverk) -> None:
    """One question answered, one case decided as the rules do, one otherwise."""
    spurt = sporsmalsliste(rom, ID).iloc[0]
    svaret = {"inntekt": "42 500", "oppgitt_lønn": "31 000", "har_bortforklaring": "ja"}[spurt["felt"]]
    svar_paa_ett(rom, verk, spurt["sporsmal_id"], svaret, "Etter lønnsslippen", "ola")
    ko = saksbehandling.kofor(rom, ID)
    en, annen = ko[ko["grunn"].str.contains("konto")]["sak_id"].iloc[:2]
    saksbehandling.opplys(rom, verk, en, "kontonummer", lag_kontonr(3), GRUNN, "sara")
    saksbehandling.vedta(rom, verk, en, saksbehandling.vis_sak(rom, verk, en, "sara").tilstand, "sara")
    vilkaar = next(r.navn for r in verk.regelsett.av_art("vilkår"))
    f = overstyring.foresla(rom, verk, annen, overstyring.Onsket("avslag", vilkaar), "søknaden er sendt inn av en annen", "sara")
    overstyring.bekreft(rom, verk, f["overstyring_id"], "per")


def _avvist(rom: Arbeidsrom, sending: dict, mappe: Path) -> None:
    """Oppdragssystemet refuses one message, and a human decides that it is sent anew."""
    with open(sending["fil"], "rb") as fil:
        sak = next(iter(les_oppdrag(fil)[1])).fagsystem_id
    svar(rom, sending, mappe, svar={sak: ("08", "BB50020F", "Nytt vedtak kreves")})
    s, b = t.linjestand.c, t.bunt_linje.c
    betaling = sa.select(s.ende_til_ende_id).join(t.bunt_linje, b.ende_til_ende_id == s.ende_til_ende_id)
    with lesende(rom.motor) as conn:
        avvist = conn.scalar(betaling.where(s.stand == "avvist", b.bunt_id == sending["bunt_id"]))
    betal_avviste(rom, ID, [avvist or sak], None, "mottakeren har rettet klassekoden", "per")
