"""Coverage: what no example would notice is a hole, and what one would notice is none. Working out only what rests on a change
gives what a whole run gives."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.regelmotor.dekning import Hull, endringer, maal_dekning
from kjerne.regelmotor.eksempler import Eksempler, les_eksempler
from kjerne.regelmotor.evaluering import kjor
from kjerne.regelmotor.mutasjon import mutanter
from kjerne.regelmotor.omregning import Omregning, med_funksjon
from kjerne.regelmotor.regeldok import regeldok
from kjerne.regelmotor.regelverk import les_regelverk
from tests.sjekk.ordningskopi import bytt

EVENTYR = Path(__file__).parents[1] / "eventyr"


def sett(mappe: Path) -> Eksempler:
    return les_eksempler(les_regelverk(mappe))


def hull(mappe: Path) -> set[tuple[str, str]]:
    return {(h.navn, h.endring) for h in maal_dekning(sett(mappe))[0]}


def uten(mappe: Path, *saker: str) -> None:
    for fil in ("saker.csv", "inntekter.csv"):
        sti = mappe / "eksempler" / fil
        linjer = sti.read_text("utf-8").splitlines(keepends=True)
        sti.write_text("".join(li for li in linjer if li.split(";")[0] not in saker), "utf-8")


@pytest.fixture
def regel(kopi):
    """The scheme with one more condition, and an answer that a rule names."""

    def lag(kropp: str, argumenter: str = "meldt_av, grad, har_bortforklaring, har_spist_kappspist") -> Path:
        with (kopi / "regler.py").open("a", encoding="utf-8") as ut:
            ut.write(f'\n\n@kl.vilkår("KL § 9", "Prøve", kilde="eventyr")\ndef prøve({argumenter}):\n    return {kropp}\n')
        bytt(kopi / "regler.py", "def rett_til_gull(jaget_i_perioden, ", "def rett_til_gull(prøve, jaget_i_perioden, ")
        bytt(kopi / "regler.py", "return alle(jaget_i_perioden, ", "return alle(prøve, jaget_i_perioden, ")
        bytt(kopi / "regler.py", "    hvis,\n", "    hvis,\n    høyest,\n")
        return kopi

    return lag


def test_et_ledd_i_ett_av_som_ingen_sak_trenger_er_et_hull(regel):
    mappe = regel('ett_av(er(meldt_av, "kongen"), er(meldt_av, "askeladden"), har_bortforklaring)')
    uten(mappe, "A-01", "A-09")  # the only ones with a report from Askeladden
    funnet = hull(mappe)
    assert ("prøve", 'ett_av(…) uten er(meldt_av, \'askeladden\')') in funnet
    assert ("meldt_av", "ingen sak svarer «askeladden»") in funnet
    assert ("prøve", 'ett_av(…) uten er(meldt_av, \'kongen\')') not in funnet


def test_et_ledd_i_alle_som_aldri_er_nei_er_et_hull(regel):
    mappe = regel('ett_av(har_bortforklaring, alle(har_spist_kappspist, grad > 0), ikke(har_spist_kappspist))')
    assert ("prøve", "alle(…) uten grad > 0") in hull(mappe)


def test_alle_svar_paa_et_spoersmaal_som_reglene_ser_paa_har_en_sak(kopi):
    """Also those that no rule names: a rule that has lost one of its answers would otherwise stay green."""
    bytt(kopi / "ordning.toml", 'valg = ["kongen", "askeladden"]', 'valg = ["kongen", "askeladden", "prinsessen"]')
    assert ("meldt_av", "ingen sak svarer «prinsessen»") in hull(kopi)


def test_begge_veiene_i_hvis_maa_ha_en_sak(kopi):
    assert not {h for h in hull(kopi) if h[1].startswith("hvis")}
    uten(kopi, "A-01", "A-09")
    assert {h for h in hull(kopi) if h[1].startswith("hvis")} == {("månedslønn", "hvis(er(meldt_av, 'kongen')) er alltid ja")}


def test_at_svaret_er_ukjent_er_ikke_at_det_er_nei(kopi):
    """A case where it is not known who reported does not show what happens when it was not the king."""
    uten(kopi, "A-01", "A-09")
    with (kopi / "eksempler/saker.csv").open("a", encoding="utf-8") as ut:
        ut.write("A-20;KL § 3;Vet ikke hvem;910000004;10.04.2020;100 %;nei;ja;500;;20.05.2020;til manuell;0;;meldt_av;;\n")
    assert ("månedslønn", "hvis(er(meldt_av, 'kongen')) er alltid ja") in hull(kopi)


def test_lavest_og_høyest_maa_skilles_av_en_sak(kopi):
    bytt(kopi / "parametre.csv", "maks_gull;6;G", "maks_gull;50000;G")  # a cap that nobody reaches
    uten(kopi, "A-02", "A-03")
    bytte = ("grunnlag", "høyest i stedet for lavest(månedslønn, maks_gull * gullverdi)")
    assert bytte not in hull(kopi)  # the other way the cap becomes the amount
    bytt(kopi / "regler.py", "lavest(månedslønn, maks_gull * gullverdi)", "lavest(månedslønn, månedslønn * 1)")
    bytt(kopi / "regler.py", "def grunnlag(månedslønn, maks_gull, gullverdi)", "def grunnlag(månedslønn)")
    assert ("grunnlag", "høyest i stedet for lavest(månedslønn, månedslønn * 1)") in hull(kopi)


def test_en_verdi_som_juristen_har_skrevet_merker_endringen(kopi):
    """The last day decides no amount: only an example that states it would notice."""
    til = "ukedag_nummer(jaget_fra, stønadsdager)"
    bytt(kopi / "regler.py", f"return {til}", f"return lavest({til}, gjelder_til)")
    bytt(kopi / "regler.py", "def siste_dag(jaget_fra, stønadsdager)", "def siste_dag(jaget_fra, stønadsdager, gjelder_til)")
    navn = ("siste_dag", "høyest i stedet for lavest(ukedag_nummer(jaget_fra, stønadsdager), gjelder_til)")
    assert navn not in hull(kopi)
    bytt(kopi / "eksempler/saker.csv", ";100,02;05.05.2020", ";100,02;")
    assert navn in hull(kopi)


def full(eksempler: Eksempler, verk) -> bool:
    """The same question by a whole run and a comparison of everything."""
    riktig = eksempler.kjor()
    try:
        ny = kjor(verk, eksempler.fakta, {"inntekter": eksempler.inntekter})
        utfall = [ny.utfall, *ny.belop_ore.values(), np.asarray(ny.avgjorende_tekst, dtype=object)]
    except Ordningsfeil:
        return True
    gammelt = [riktig.utfall, *riktig.belop_ore.values(), np.asarray(riktig.avgjorende_tekst, dtype=object)]
    if any(not np.array_equal(a, b) for a, b in zip(utfall, gammelt, strict=True)):
        return True
    skrevet = [n for n in eksempler.tabell if n in verk.regler]
    return any(
        eksempler.tabell[n].iloc[i] and (a.kjentmaske[i] != b.kjentmaske[i] or a.data[i] != b.data[i])
        for n in skrevet for a, b in [(ny.kolonne(n), riktig.kolonne(n))] for i in range(len(eksempler))
    )


@pytest.mark.parametrize("id_", ["askeladden", "gjetergutten"])
def test_omregningen_gir_det_samme_som_en_hel_kjoring(id_, tmp_path):
    shutil.copytree(EVENTYR, tmp_path / "eventyr", ignore=shutil.ignore_patterns("__pycache__"))
    mappe = tmp_path / "eventyr" / id_
    for saker in ((), ("A-03", "A-05", "A-06", "G-02", "G-05"), ("A-01", "A-09", "A-10", "G-03", "G-08")):
        uten(mappe, *saker)
        eksempler = sett(mappe)
        verk, omregning = eksempler.verk, Omregning(eksempler)
        for m in mutanter(verk):
            regel = verk.regler[m.regel]
            assert omregning.merker_regel(regel, m.funksjon) == full(eksempler, med_funksjon(verk, regel, m.funksjon)), m
        for rad in (r for r in verk.parametre if r.navn in verk.parameternavn):
            for verdi in (v for verdiene, _ in endringer(rad) for v in verdiene):
                assert omregning.merker_verdi(rad, verdi) == full(eksempler, verk.med_parameter(rad, verdi)), (rad.id, verdi)


def test_en_prosent_flyttes_i_prosentpoeng(kopi):
    rad = next(r for r in les_regelverk(kopi).parametre if r.navn == "dekning")
    assert endringer(rad)[0][1] == "0,8 prosentpoeng opp eller ned"


def test_hullet_sier_hvor(kopi):
    uten(kopi, "A-05")
    linje = (kopi / "regler.py").read_text("utf-8").splitlines().index("def god_forklaring(har_bortforklaring):") + 1
    gjor = "Skriv et eksempel der bare dette vilkåret ikke er oppfylt."
    assert Hull("god_forklaring", "alltid oppfylt", f"regler.py, linje {linje}", gjor) in maal_dekning(sett(kopi))[0]


HULL = "regel;endring;grunn\ngod_forklaring;alltid oppfylt;Forklaringen er alltid god nok i eventyr\n"


def test_et_hull_som_noen_har_svart_for_staar_i_regeldokumentet_og_er_ikke_et_funn(kopi):
    uten(kopi, "A-05")
    (kopi / "eksempler/hull.csv").write_text(HULL, "utf-8")
    assert ("god_forklaring", "alltid oppfylt") not in hull(kopi)
    side = regeldok(les_regelverk(kopi))
    assert "- `god_forklaring` alltid oppfylt: Forklaringen er alltid god nok i eventyr" in side


def test_et_svar_paa_et_hull_som_ikke_er_der_er_et_funn(kopi):
    (kopi / "eksempler/hull.csv").write_text(HULL, "utf-8")
    assert any(n == "god_forklaring" and "er ikke et hull" in endring for n, endring in hull(kopi))
    (kopi / "eksempler/hull.csv").write_text(HULL.replace("Forklaringen er alltid god nok i eventyr", ""), "utf-8")
    with pytest.raises(Ordningsfeil, match="Grunnen mangler"):
        hull(kopi)
