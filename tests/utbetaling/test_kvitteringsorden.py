"""The ladder of answers: whatever order they come in and however often, the end is the same, and never backwards."""

import itertools

import pytest

from kjerne.utbetaling.kvittering.orden import BANK, OPPDRAG, RETUR, Kvitteringsstand, slaa_sammen, slaa_sammen_alle, stand_av
from kjerne.utbetaling.kvittering.pain002 import FOR_ALLE, FOR_EN
from kjerne.utbetaling.kvittering.post import Kvittering
from kjerne.utbetaling.kvittering.tiltak import AVVISENDE, ETTER_GRUNN, ETTER_STATUS, tiltak


def svar(status: str, grunn: str = "") -> Kvittering:
    return Kvittering("S1", "B1", "E1", status, grunn, "linje", "")


BANKSVAR = [svar(s) for s in BANK] + [svar("RJCT", "AC04"), svar("RJCT", "AC01")]
OPPDRAGSSVAR = [svar(s) for s in OPPDRAG] + [svar("08", "B110008F"), svar("08", "BB50020F")]


def fasit(svarene) -> tuple:
    """What must hold, said as a person would say it of the set of answers; no ladder and no order."""
    statuser = {s.status for s in svarene}
    nektet = any(s.status == "RJCT" or (s.status == "08" and s.grunn != "B110008F") for s in svarene)
    if RETUR in statuser:
        slutt = RETUR
    elif "ACSC" in statuser:
        slutt = "ACSC"
    elif "RJCT" in statuser:
        slutt = "RJCT"
    elif statuser & set(OPPDRAG):
        slutt = next(s for s in ("04", "00", "08", "12") if s in statuser)
    else:
        slutt = next(s for s in ("ACWC", "ACSP", "ACCP", "PDNG", "ACTC", "RCVD") if s in statuser)
    grunner = tuple(sorted({g for s in svarene if s.status == slutt for g in s.grunn.split()}))
    return slutt, grunner, nektet and slutt in (RETUR, "ACSC", "00", "04"), "ACWC" in statuser


@pytest.mark.parametrize("alle", [BANKSVAR, OPPDRAGSSVAR], ids=["bank", "oppdrag"])
def test_alle_rekkefolger_av_inntil_fem_svar(alle):
    """Every sequence of up to five answers: each state is computed once per sequence, from the state before it."""
    antall = 0
    lag = [((), None)]
    for _ in range(5):
        lag = [((*foer, nr), slaa_sammen(stand, alle[nr])) for foer, stand in lag for nr in range(len(alle))]
        ved_mengde: dict = {}
        for rekke, stand in lag:
            antall += 1
            mengde = frozenset(rekke)
            if mengde not in ved_mengde:
                ved_mengde[mengde] = stand
                assert (stand.status, stand.grunner, stand.motstrid, stand.endret) == fasit([alle[n] for n in mengde])
            assert ved_mengde[mengde] == stand, rekke
    assert antall == sum(len(alle) ** n for n in range(1, 6))


def test_delvis_slaatt_sammen_er_det_samme():
    """Two workers that have each laid some answers together may lay their results together."""
    for a, b, c in itertools.product(BANKSVAR, repeat=3):
        assert slaa_sammen(slaa_sammen_alle([a]), slaa_sammen_alle([b, c])) == slaa_sammen_alle([a, b, c])


def test_oppgjort_blir_aldri_avvist_uten_en_ny_hendelse():
    oppgjort = stand_av(svar("ACSC"))
    avvist = slaa_sammen(oppgjort, svar("RJCT", "AC04"))
    assert avvist == Kvitteringsstand("ACSC", (), avvist=True) and avvist.motstrid
    retur = slaa_sammen(oppgjort, svar(RETUR, "AC04"))
    assert retur.status == RETUR and not retur.motstrid


def test_ukjente_statuser_og_to_slags_mottakere():
    for status in ("PART", "HURR", ""):
        with pytest.raises(ValueError):
            slaa_sammen(None, svar(status))
    with pytest.raises(ValueError, match="to slags"):
        slaa_sammen(stand_av(svar("00")), svar("ACSC"))


# --- what to do


@pytest.mark.parametrize(
    ("svarene", "handling"),
    [
        ([svar("PDNG")], "vent"),
        ([svar("RJCT", "AC01")], "spor_personen"),
        ([svar("RJCT", "AC04"), svar("PDNG")], "spor_personen"),
        ([svar("RJCT", "AM05")], "stans"),
        ([svar("RJCT", "AC04 AM05")], "stans"),  # the gravest of several
        ([svar("RJCT", "AC04 ZZ99")], "manuelt"),  # a reason we do not know is never the easy one
        ([svar("RJCT", "ZZ99")], "manuelt"),
        ([svar("RJCT")], "manuelt"),
        ([svar("RJCT", "MD07")], "manuelt"),
        ([svar("RJCT", "DT01")], "ny_dato"),
        ([svar("ACSC")], "ferdig"),
        ([svar("ACSC", "AC04")], "ferdig"),  # a reason counts only where something was refused
        ([svar("ACSC"), svar("RJCT", "AC04")], "stans"),
        ([svar(RETUR)], "manuelt"),
        ([svar("00")], "ferdig"),
        ([svar("04")], "ferdig"),
        ([svar("08")], "manuelt"),
        ([svar("08", "B110008F")], "vent"),
        ([svar("08", "B110008F"), svar("00")], "ferdig"),
        ([svar("12")], "meld_feil"),
        ([svar("12"), svar("00")], "ferdig"),
        ([svar("08", "BB50020F"), svar("00")], "stans"),
    ],
)
def test_tiltak(svarene, handling):
    stand = slaa_sammen_alle(svarene)
    assert tiltak(stand).handling == handling
    assert tiltak(stand).tekst.endswith(".")


def test_hver_status_har_et_tiltak():
    assert set(ETTER_STATUS) == {*BANK, *OPPDRAG}
    assert set(BANK) >= FOR_EN and {"PART", "RCVD"} == FOR_ALLE - FOR_EN
    assert {t.handling for t in ETTER_GRUNN.values()} >= {"spor_personen", "stans", "ny_dato", "vent"}
    assert set(AVVISENDE) == {"RJCT", "08", "12"}
