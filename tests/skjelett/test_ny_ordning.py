"""A new scheme is whole, green and alone in its folder, whatever was answered; or it is not there at all."""

from __future__ import annotations

import datetime as dt
import itertools
import tempfile
import unicodedata
from pathlib import Path

import jinja2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.modenhet import MENNESKEKRAV, les_modenhet
from kjerne.regelmotor.dekning import maal_dekning
from kjerne.regelmotor.eksempler import les_eksempler, prov_eksempler
from kjerne.regelmotor.regelverk import les_regelverk
from kjerne.sjekk import sjekk_ordning
from kjerne.sjekk.funn import Funn
from kjerne.skjelett import krev_id, les_gamle_svar, skriv_ny, skriving, tegn
from tests.skjelett.nyelag import alt, funn, lag, nyere_mal, rot, svar_for

BELOP = ("andel_dag", "andel_maaned", "fast", "refusjon")
PART = ("person", "arbeidsgiver")
KILDER = ("soknad", "inntekt", "inntekt_og_arbeidsforhold")
KOMBINASJONER = [(*k, PART[nr % 2]) for nr, k in enumerate(itertools.product(BELOP, PART, KILDER))]


@pytest.mark.parametrize(("belop", "mottaker", "opplysninger", "soker"), KOMBINASJONER)
def test_alle_svar_gir_en_ordning_i_orden(tmp_path, belop, mottaker, opplysninger, soker):
    mappe = lag(rot(tmp_path), belop=belop, mottaker=mottaker, opplysninger=opplysninger, soker=soker)
    assert funn(mappe) == []
    verk = les_regelverk(mappe)
    eksempler = les_eksempler(verk)
    assert prov_eksempler(eksempler) == []
    hull, provd = maal_dekning(eksempler)
    assert hull == [] and provd >= 10
    arter = {r.art for r in verk.regler.values()}
    assert arter >= {"vilkår", "rett", "beløp"} | ({"samling"} if opplysninger != "soknad" else set())
    assert set(eksempler.tabell["forventet"]) == {"innvilget", "avslag", "til manuell"}


@settings(max_examples=12, deadline=None)
@given(
    fra=st.dates(dt.date(2015, 1, 1), dt.date(2034, 1, 1)), lengde=st.sampled_from([0, 1, 27, 31, 59, 400]), belop=st.sampled_from(BELOP),
    opplysninger=st.sampled_from(KILDER), dekning=st.integers(1, 100), kroner=st.integers(500, 10_000_000),
)  # fmt: skip
def test_alle_datoer_og_satser_gir_en_ordning_i_orden(fra, lengde, belop, opplysninger, dekning, kroner):
    gjelder = {"fra": fra, "til": fra + dt.timedelta(days=lengde)}
    with tempfile.TemporaryDirectory() as mappe:
        ny = lag(rot(Path(mappe)), belop=belop, opplysninger=opplysninger, dekning=dekning, kroner=kroner, gjelder=gjelder)
        assert sjekk_ordning(ny) == []


def test_et_eksempel_kan_vaere_uenig_med_reglene(tmp_path):
    """The expected answers are worked out without the rules: a template with a wrong rule is refused."""
    mal = nyere_mal(tmp_path, regler__py=("return innenfor(fra_dato, gjelder_fra, gjelder_til)", "return senest(fra_dato, gjelder_til)"))
    with pytest.MonkeyPatch.context() as m:
        m.setattr(skriving, "tegn", lambda id_, svar: tegn(id_, svar, mal))
        with pytest.raises(Ordningsfeil, match="ikke er i orden: E-02"):
            lag(hjem := rot(tmp_path))
    assert [m.name for m in hjem.iterdir()] == ["_felles"]


def test_de_samme_svarene_gir_de_samme_bytene(tmp_path):
    a, b = lag(rot(tmp_path / "a")), lag(rot(tmp_path / "b"))
    assert alt(a) == alt(b)
    assert les_gamle_svar(a) == svar_for()


def test_ingenting_utenfor_mappen_roeres(tmp_path):
    hjem = rot(tmp_path)
    lag(hjem, "forst")
    foer = alt(tmp_path)
    lag(hjem, "neste")
    assert {n: h for n, h in alt(tmp_path).items() if not n.startswith("ordninger/neste/")} == foer


def test_alle_krav_i_modenhet_er_ubesvart(tmp_path):
    m = les_modenhet(lag(rot(tmp_path)))
    assert {n: k.status for n, k in m.krav.items()} == {k.id: "todo" for k in MENNESKEKRAV} and m.signatur is None


def test_en_feil_i_sjekken_etterlater_ingenting(tmp_path):
    hjem = rot(tmp_path)
    with pytest.raises(Ordningsfeil, match="noe galt"):
        skriv_ny(hjem, "prove", svar_for(), lambda mappe: [Funn("noe galt", "her", "derfor", "rett det")])
    assert [m.name for m in hjem.iterdir()] == ["_felles"]


@pytest.mark.parametrize("nr", [1, 2, 9, 17, 25])
def test_en_full_disk_etterlater_ingenting(tmp_path, monkeypatch, nr):
    hjem, ekte, antall = rot(tmp_path), skriving.skriv_fil, itertools.count(1)

    def skriv(sti, tekst):
        if next(antall) == nr:
            raise OSError("disken er full")
        ekte(sti, tekst)

    monkeypatch.setattr(skriving, "skriv_fil", skriv)
    with pytest.raises(OSError):
        lag(hjem)
    assert [m.name for m in hjem.iterdir()] == ["_felles"]


def test_den_som_kom_foerst_beholder_mappen(tmp_path):
    """Another terminal makes the same scheme while this one is checked."""
    hjem = rot(tmp_path)

    def en_annen(mappe: Path) -> list:
        (hjem / "prove").mkdir()
        (hjem / "prove" / "deres.txt").write_text("urørt")
        return []

    with pytest.raises(Ordningsfeil, match="finnes allerede"):
        skriv_ny(hjem, "prove", svar_for(), en_annen)
    assert alt(hjem / "prove").keys() == {"deres.txt"} and sorted(m.name for m in hjem.iterdir()) == ["_felles", "prove"]


@pytest.mark.parametrize("id_", ["../x", "a/b", "..", ".skjult", "_x", "Stor", "stØr", "å", unicodedata.normalize("NFD", "å"), "1a", "a b",
                                 "a-b", "", "class", "con", "felles", "a" * 41, "a\x1b[31m", "e\u0301t"])  # fmt: skip
def test_navn_som_ikke_kan_brukes(id_):
    with pytest.raises(Ordningsfeil) as feil:
        krev_id(id_)
    assert feil.value.kode == 2 and feil.value.hva.isprintable() and "kan ikke være navnet" in feil.value.hva


@pytest.mark.parametrize("id_", ["prove", "a", "stromstotte2", "a" * 40])
def test_navn_som_kan_brukes(id_):
    assert krev_id(id_) == id_


@pytest.mark.parametrize(("gitt", "hva"), [
    ({"navn": {"nb": 'Støtte"'}}, "navn.nb kan ikke ha tegnet \""), ({"navn": {"nn": "{{ 1 }}"}}, "navn.nn kan ikke ha tegnet"),
    ({"navn": {"nb": " "}}, "navn.nb kan ikke være tom"), ({"forskrift": {"nb": "a;b"}}, "kan ikke ha tegnet ;"),
    ({"gjelder": {"fra": dt.date(2026, 5, 1), "til": dt.date(2026, 4, 30)}}, "slutter før den begynner"),
    ({"gjelder": {"fra": "i går"}}, "dato"),
    ({"belop": "alt"}, "må være"), ({"kroner": 499}, "minst 500"), ({"dekning": 101}, "høyst 100"), ({"dekning": "mye"}, "helt tall"),
    ({"farge": "rød"}, "ikke et spørsmål"), ({"navn": {"nb": "x" * 121}}, "lengre enn 120 tegn"), ({"navn": "bare ett"}, "form"),
])  # fmt: skip
def test_svar_som_ikke_kan_brukes(gitt, hva):
    with pytest.raises(Ordningsfeil) as feil:
        svar_for(**gitt)
    assert hva in str(feil.value) and feil.value.kode == 2


def test_en_mal_med_et_ukjent_navn_stanser(tmp_path):
    """A slip in the template is an error, never an empty place in a file."""
    with pytest.raises(jinja2.UndefinedError):
        tegn("prove", svar_for(), nyere_mal(tmp_path, flyt__py=("<< id >>", "<< idd >>")))
