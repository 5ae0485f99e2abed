"""I11: whatever is done to the log afterwards is found; the whole of it written anew, by the anchor."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kjerne.revisjon.kjede import START, gaa, radhash
from tests.revisjon.kjeder import kjede

RADER = kjede(30)
HODE = RADER[-1][-1]
ANKER = {10: [RADER[9][-1]], 30: [HODE]}


def funnet(rader, ankere=ANKER) -> bool:
    return gaa(rader, ankere).antall_funn > 0


def test_en_hel_kjede_er_hel():
    svar = gaa(RADER, ANKER)
    assert (svar.antall, svar.siste, svar.hode, svar.antall_funn, svar.forankret) == (30, 30, HODE, 0, 30)
    assert (tom := gaa([], {})).antall_funn == 0 and (tom.siste, tom.hode) == (0, START)


def test_hashen_er_sha256_av_den_forrige_og_raden():
    """Worked out here by hand: the form of a row is a promise to those who verify with other tools."""
    rad = "3:4:hend5:o:idø4:Kari2:{}2020-04-01 12:00:00.000000"
    assert radhash("f" * 64, 3, "hend", "o:idø", "Kari", "{}", "2020-04-01 12:00:00.000000") == hashlib.sha256(
        ("f" * 64 + rad).encode()).hexdigest()  # fmt: skip


def test_hver_byte_i_hver_rad_vokter_seg_selv():
    """Each byte of each column of each row, every bit of it."""
    proevd = 0
    for nr, rad in enumerate(RADER[:4]):
        for kolonne, verdi in enumerate(rad):
            bytene = str(verdi).encode()
            for plass in range(len(bytene)):
                for bit in range(8):
                    vendt = bytearray(bytene)
                    vendt[plass] ^= 1 << bit
                    try:
                        ny = int(vendt) if kolonne == 0 else vendt.decode()
                    except (ValueError, UnicodeDecodeError):
                        ny = bytes(vendt)  # SQLite would hand over bytes, or refuse to read the row
                    proevd += 1
                    try:
                        assert funnet([*RADER[:nr], (*rad[:kolonne], ny, *rad[kolonne + 1 :]), *RADER[nr + 1 :]]), (nr, kolonne, plass, bit)
                    except TypeError:
                        assert kolonne == 0  # a number that is no number cannot be stored in the column
    assert proevd > 10_000


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_tekst_kan_ikke_flyttes_mellom_kolonner(data):
    """Moving letters from one column to its neighbour leaves the same letters, and is found."""
    nr, kolonne = data.draw(st.integers(0, 29)), data.draw(st.integers(1, 4))
    rad = list(RADER[nr])
    n = data.draw(st.integers(1, len(rad[kolonne])))
    rad[kolonne], rad[kolonne + 1] = rad[kolonne][:-n], rad[kolonne][-n:] + rad[kolonne + 1]
    assert funnet([*RADER[:nr], tuple(rad), *RADER[nr + 1 :]])


@settings(max_examples=400, deadline=None)
@given(fra=st.integers(0, 29), antall=st.integers(1, 30))
def test_slettede_rader_oppdages_hvor_de_enn_sto(fra, antall):
    assert funnet(RADER[:fra] + RADER[fra + antall :])


@settings(max_examples=400, deadline=None)
@given(a=st.integers(0, 29), b=st.integers(0, 29), nummer=st.booleans())
def test_to_rader_som_bytter_plass(a, b, nummer):
    """Also when they take each other's number."""
    rader = list(RADER)
    rader[a], rader[b] = RADER[b], RADER[a]
    if nummer:
        rader = [(nr, *rad[1:]) for nr, rad in enumerate(rader, 1)]
    assert funnet(rader) == (a != b)


@settings(max_examples=200, deadline=None)
@given(plass=st.integers(0, 29), egen=st.booleans())
def test_en_rad_som_er_lagt_inn(plass, egen):
    """A copy, or a new one with a hash that is right for it."""
    forrige = RADER[plass - 1][-1] if plass else START
    ny = kjede(1, plass + 1, forrige, "en.annen")[0] if egen else RADER[plass]
    assert funnet([*RADER[:plass], ny, *RADER[plass:]])
    omnummerert = [(nr, *rad[1:]) for nr, rad in enumerate([*RADER[:plass], ny, *RADER[plass:]], 1)]
    assert funnet(omnummerert)


@pytest.mark.parametrize("igjen", range(30))
def test_bare_ankeret_ser_at_slutten_er_kuttet(igjen):
    """An old copy of the database is the same: a whole chain that is too short."""
    assert not funnet(RADER[:igjen], {}), "uten anker er det ingenting å se"
    svar = gaa(RADER[:igjen], ANKER)
    assert svar.antall_funn >= 1 and "slutten er kuttet, eller en gammel kopi" in svar.funn[-1].hva


@pytest.mark.parametrize("fra", range(30))
def test_bare_ankeret_ser_at_kjeden_er_skrevet_paa_nytt(fra):
    """From any row on, with every hash right."""
    falsk = RADER[:fra] + kjede(30 - fra, fra + 1, RADER[fra - 1][-1] if fra else START, av="angriper")
    assert not funnet(falsk, {})
    svar = gaa(falsk, ANKER)
    assert svar.funn[-1].nr == 30 and "skrevet på nytt" in svar.funn[-1].hva


def test_funnene_sier_hvor_og_er_ikke_flere_enn_en_kan_lese():
    endret = [(*r[:3], "angriper", *r[4:]) for r in RADER]
    svar = gaa(endret, {})
    assert svar.antall_funn == 30 and len(svar.funn) == 20
    assert [f.nr for f in svar.funn] == list(range(1, 21))
    mangler = gaa(RADER[:3] + RADER[5:], {}).funn
    assert [(f.nr, f.hva) for f in mangler] == [(6, "Hendelse 4 til 5 mangler."), (6, "Hendelsen følger ikke etter den som står foran.")]
