"""What a message says was not done, was not done, and what it says stands, stands."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest
import sqlalchemy as sa

from kjerne.kjoring.betaling import utbetal
from kjerne.kjoring.flyt import kjor_flyt
from kjerne.kjoring.helt import kjor_ordning
from kjerne.kjoring.standard import STANDARD, innhold
from kjerne.kontrakt.feil import INGENTING, Ordningsfeil, Samlefeil
from kjerne.kvalitet import Kvalitetsstopp
from kjerne.lager.motor import lesende
from kjerne.lager.tabeller import leveranse, soknad, vedtak
from kjerne.regelmotor.oppdagelse import finn

ID = "askeladden"
STEG = {s.navn: s for s in STANDARD.steg}


def antall(rom, tabell) -> int:
    with lesende(rom.motor) as conn:
        return conn.scalar(sa.select(sa.func.count()).select_from(tabell))


def test_etter_en_kvalitetsstopp_er_soknader_og_registre_lagret(rom, grunnlag, inndata, tmp_path):
    kort = tmp_path / "inntekt.parquet"
    pd.read_parquet(inndata / "inntekt.parquet", dtype_backend="numpy_nullable").head(20).to_parquet(kort)
    with pytest.raises(Kvalitetsstopp) as feil:
        kjor_ordning(rom, ID, dataclasses.replace(grunnlag, inntekter=(kort,)))
    assert (antall(rom, soknad), antall(rom, vedtak)) == (300, 0)
    assert antall(rom, leveranse) == 3
    assert feil.value.ikke_gjort == STEG["kvalitet"].ikke_gjort
    assert "Ingen saker er vurdert" in feil.value.ikke_gjort and "Søknadene og registrene er lagret" in feil.value.ikke_gjort


@pytest.mark.parametrize("feil", [Ordningsfeil("Galt."), Samlefeil([Ordningsfeil("Galt."), Ordningsfeil("Galere.")])])
@pytest.mark.parametrize("navn", STEG)
def test_hvert_steg_har_sin_egen_sanne_tekst(rom, grunnlag, navn, feil):
    """The room where a fault is found knows nothing of the steps before it; the run does."""

    def stopp(*_) -> dict:
        raise feil

    verk = finn(ID)
    flyt = STANDARD.erstatt(dataclasses.replace(STEG[navn], arbeid=stopp))
    with pytest.raises(Ordningsfeil) as kastet:
        kjor_flyt(flyt, rom, verk, grunnlag, innhold(rom, verk, grunnlag))
    sagt = {en.ikke_gjort for en in (kastet.value, *getattr(kastet.value, "feil", ()))}
    assert sagt == {STEG[navn].ikke_gjort} and INGENTING not in sagt
    (tekst,) = sagt
    assert ("Vedtakene" in tekst and "står" in tekst) == (antall(rom, vedtak) > 0) or navn == "vurder"
    assert ("Søknadene" in tekst) == (navn in ("innhenting", "kvalitet")) and (antall(rom, soknad) > 0 or navn == "mottak")


def test_tekstene_er_ulike():
    assert len({s.ikke_gjort for s in STEG.values()}) == len(STEG)


def test_porten_sier_bare_hva_som_ikke_ble_gjort(kjort):
    """Paying is refused, and decisions stand: they are not denied."""
    assert antall(kjort, vedtak) > 0
    with pytest.raises(Ordningsfeil, match="Å betale krever at ordningen er godkjent eller lukket, men den er") as feil:
        utbetal(dataclasses.replace(kjort, krev_syntetisk=False), finn(ID), "finnes-ikke", "per")
    assert feil.value.ikke_gjort == "Å betale. Det som er vedtatt og betalt før, står."
