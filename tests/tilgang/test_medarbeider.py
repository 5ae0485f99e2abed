"""Who an account is, and what each role may do."""

import datetime as dt

import pytest
import sqlalchemy as sa

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager import tabeller as t
from kjerne.tilgang import HANDLINGER, ROLLENAVN, ROLLER, finn_medarbeider, har_lov, krev, person_bak, registrer
from kjerne.utbetaling.tilstand import OVERGANGER

NAA = dt.datetime(2020, 4, 1, 12, tzinfo=dt.UTC)


def test_en_ukjent_konto_er_seg_selv_og_kan_ingenting_i_produksjon(lager):
    with lager.begin() as conn:
        assert person_bak(conn, " Kari ") == "kari"
        assert finn_medarbeider(conn, "kari", alle_roller=True).roller >= {"operator", "attestant"}
        assert "system" not in finn_medarbeider(conn, "kari", alle_roller=True).roller
        with pytest.raises(Ordningsfeil, match="har ikke rollen som kreves. Dette kan gjøres av: attestant") as feil:
            krev(conn, "kari", "attester", alle_roller=False)
        assert feil.value.kode == 4
        with pytest.raises(Ordningsfeil, match="hvem du er"):
            krev(conn, "  ", "attester", alle_roller=True)
        assert krev(conn, "system", "send", alle_roller=False).roller == {"system"}


def test_den_nyeste_registreringen_gjelder_og_den_gamle_blir_staaende(lager):
    with lager.begin() as conn:
        registrer(conn, "Kari.A", "P1", "Kari", ["attestant"], "leder", NAA)
        registrer(conn, "kari.a", "p1", "Kari", ["attestant"], "leder", NAA)  # the same again
        assert krev(conn, "KARI.A", "attester", alle_roller=False).person == "p1"
        registrer(conn, "kari.a", "p1", "Kari", [], "leder", NAA)
        with pytest.raises(Ordningsfeil):
            krev(conn, "kari.a", "attester", alle_roller=False)
        assert conn.scalar(sa.select(sa.func.count()).select_from(t.medarbeider)) == 2
    for galt in ({"roller": ["konge"]}, {"person": " "}, {"konto": ""}, {"konto": "System"}):
        with pytest.raises(Ordningsfeil), lager.begin() as conn:
            registrer(conn, **{"konto": "x", "person": "y", "navn": "z", "roller": ["leder"], "av": "leder", "naa": NAA} | galt)


def test_matrisen_er_hel():
    assert set(ROLLENAVN) == set(ROLLER) and all(r <= set(ROLLER) and r for r in HANDLINGER.values())
    assert set(OVERGANGER) <= set(HANDLINGER)
    assert not any("soker" in r or "utvikler" in r for h, r in HANDLINGER.items() if h != "se_tall")
    assert not har_lov(ROLLER, "noe ingen har hørt om")
    assert HANDLINGER["attester"].isdisjoint(HANDLINGER["disponer"] | HANDLINGER["kjor"])
