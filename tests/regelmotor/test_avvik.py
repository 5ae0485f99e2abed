"""An example that does not come out as written says what is unknown and why, with numbers and dates as people write them."""

from kjerne.regelmotor.eksempler import les_eksempler, norsk, prov_eksempler
from kjerne.regelmotor.regelverk import les_regelverk
from tests.sjekk.ordningskopi import bytt


def avvik(mappe) -> dict[tuple[str, str], str]:
    sett = les_eksempler(les_regelverk(mappe))
    return {(a.sak, a.hva): a.som_feil(sett.sti).hva for a in prov_eksempler(sett)}


def test_en_ukjent_verdi_sier_hva_som_mangler(kopi):
    sti = kopi / "eksempler/saker.csv"
    bytt(sti, "til manuell;0;;månedslønn;;", "til manuell;0;;månedslønn;100,02;05.05.2020")  # a month is missing
    bytt(sti, "til manuell;0;;oppgitt_lønn;;", "til manuell;0;;oppgitt_lønn;500;")
    funnet = avvik(kopi)
    assert funnet["A-09", "månedslønn"] == "A-09: månedslønn er ukjent (månedslønn kan ikke regnes ut), skal være 100,02."
    assert funnet["A-12", "månedslønn"] == "A-12: månedslønn er ukjent (oppgitt_lønn mangler), skal være 500."
    assert len(funnet) == 2


def test_tall_og_datoer_er_som_folk_skriver_dem(kopi):
    bytt(kopi / "eksempler/saker.csv", ";100,02;05.05.2020", ";100,03;06.05.2020")
    assert set(avvik(kopi).values()) == {"A-01: månedslønn er 100,02, skal være 100,03.",
                                         "A-01: siste_dag er 05.05.2020, skal være 06.05.2020."}  # fmt: skip
    assert [norsk(t) for t in ("2020-05-05", "-0.5", "12", "ja", "a.b", "")] == ["05.05.2020", "-0,5", "12", "ja", "a.b", ""]
