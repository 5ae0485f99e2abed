"""Every control of lines just below, at and just above its thresholds; and when something is missing: nobody is stopped for it, and
the line is counted as one that was not judged."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.kontroll.dag import (
    ANNEN,
    ANNEN_GAARD,
    BETALES,
    FOM,
    FORENLIG,
    GAARD,
    KUNNGJORT,
    TOM,
    arbeidsforhold,
    ident,
    inntekt,
    kjor,
    kontekst,
    linje,
    lonn,
    saker,
    soknad,
)  # fmt: skip

DAG = dt.timedelta(days=1)


# K04
@pytest.mark.parametrize(("mottakere", "grense", "stanset"), [(2, None, 0), (3, None, 3), (4, None, 4), (4, 5, 0), (2, 2, 2)])
def test_k04_teller_mottakere_paa_kontoen(mottakere, grense, stanset):
    linjer = [linje(i, konto="felles") for i in range(mottakere)]
    funn, tall = kjor(kontekst(linjer), "K04", **({"minst_mottakere": grense} if grense else {}))
    assert len(funn) == stanset and tall.ukjent == 0
    assert set(funn.values()) <= {"STOPP"}


def test_k04_samme_menneske_og_samme_virksomhet_er_en_mottaker():
    med_d = linje(1, sokerkonto="felles") | {"ident": ident(1, d_nummer=True), "person_id": "person-d"}
    assert kjor(kontekst([linje(0, 1, sokerkonto="felles"), med_d, linje(2, konto="felles")]), "K04")[0] == {}
    assert kjor(kontekst([linje(i, konto="felles", orgnr=GAARD) for i in range(5)]), "K04")[0] == {}


def test_k04_virksomhetene_i_ett_foretak_er_en_mottaker():
    """They often have one account; without a register that says so, they are three."""
    linjer = [linje(i, konto="felles", orgnr=f"virksomhet-{i}") for i in range(3)]
    register = arbeidsforhold([{"ident": ident(9), "virksomhet": f"virksomhet-{i}", "opplysningspliktig": "foretak"} for i in range(3)])
    assert kjor(kontekst(linjer, arbeidsforhold=register), "K04")[0] == {}
    assert len(kjor(kontekst(linjer, arbeidsforhold=register.iloc[:1]), "K04")[0]) == 3


def test_k04_teller_det_som_er_betalt_i_alle_ordninger():
    andre = [linje(8, konto="felles", ordning=ANNEN), linje(9, konto="felles")]
    assert saker(kjor(kontekst([linje(0, konto="felles"), linje(1)], andre), "K04")[0]) == [0]


def test_k04_uten_konto_er_ikke_en_felles_konto():
    funn, tall = kjor(kontekst([linje(i, konto=None) for i in range(5)]), "K04")
    assert (funn, tall.ukjent) == ({}, 5)


# K05
@pytest.mark.parametrize(("dager", "stanset"), [(13, True), (14, True), (15, False)])
def test_k05_ny_konto_hoyst_saa_mange_dager_foer_betaling(dager, stanset):
    en = linje(1, mottatt_dato=BETALES - dager * DAG)
    foer = soknad(en, sak_id="sak-gammel", konto="gammel", mottatt_dato=dt.date(2020, 1, 2))
    assert bool(kjor(kontekst([en], soknader=[soknad(en), foer]), "K05")[0]) == stanset
    assert kjor(kontekst([en], soknader=[soknad(en), foer]), "K05", dager=10)[0] == {}
    kjent = soknad(en, sak_id="sak-eldre", mottatt_dato=dt.date(2019, 1, 2))
    assert kjor(kontekst([en], soknader=[soknad(en), foer, kjent]), "K05")[0] == {}  # the account was theirs before


def test_k05_samme_dag_er_ikke_foer_og_uten_konto_er_ikke_en_annen():
    en = linje(1, mottatt_dato=BETALES - DAG)
    samme_dag = soknad(en, sak_id="sak-2", konto="annen")
    uten = soknad(en, sak_id="sak-3", konto=None, mottatt_dato=dt.date(2020, 1, 2))
    assert kjor(kontekst([en], soknader=[soknad(en), samme_dag, uten]), "K05")[0] == {}


def test_k05_kontoen_er_byttet_etter_soknaden():
    assert saker(kjor(kontekst([linje(1, konto="ny"), linje(2)]), "K05")[0]) == [1]
    assert kjor(kontekst([linje(1, konto="ny", til_soker=False)]), "K05")[0] == {}
    funn, tall = kjor(kontekst([linje(1, konto="ny") | {"sokerkonto": None}]), "K05")
    assert (funn, tall.ukjent) == ({}, 1)


def test_k05_virksomheten_har_brukt_en_annen_konto():
    for dag, stanset in ((BETALES - 14 * DAG, [1]), (BETALES - 15 * DAG, [])):
        en = linje(1, orgnr=GAARD, konto="ny", til_soker=False, mottatt_dato=dag)
        foer = linje(2, orgnr=GAARD, konto="gammel", til_soker=False, mottatt_dato=dt.date(2020, 3, 21))
        assert saker(kjor(kontekst([en], [foer]), "K05")[0]) == stanset
        assert kjor(kontekst([en], [foer, linje(3, orgnr=GAARD, konto="ny", mottatt_dato=dt.date(2020, 3, 20))]), "K05")[0] == {}


def test_k05_en_stor_arbeidsgiver_blir_ikke_ganget_med_seg_selv():
    """8 000 lines against 8 000: 64 million pairs, if they were made."""
    nye = [linje(i, orgnr=GAARD, konto="ny", til_soker=False, mottatt_dato=BETALES - DAG, ident="x") for i in range(4_000)]
    gamle = [linje(i, orgnr=GAARD, konto="gammel", til_soker=False, ident="x") for i in range(4_000, 8_000)]
    assert len(kjor(kontekst(nye, gamle, soknader=[]), "K05")[0]) == 4_000


# K06
def test_k06_den_forste_gaar_gjennom():
    foerst, sist = linje(1, 1), linje(2, 1, mottatt_dato=dt.date(2020, 4, 2), fom=FOM + 40 * DAG, tom=TOM + 40 * DAG)
    assert saker(kjor(kontekst([foerst, sist]), "K06")[0]) == [2]
    assert saker(kjor(kontekst([foerst], [sist]), "K06")[0]) == [1]  # the one in a batch is the first
    assert kjor(kontekst([foerst, sist | {"nokkel": "noe annet"}]), "K06")[0] == {}
    assert kjor(kontekst([foerst], [sist | {"ordning": ANNEN}]), "K06")[0] == {}


def test_k06_en_ny_versjon_er_samme_sak_og_den_betalte_er_forst():
    betalt, tillegg = linje(2, 1), linje(3, 1) | {"sak_id": "sak-0002"}
    ny = linje(1, 1, mottatt_dato=dt.date(2020, 3, 22))
    assert saker(kjor(kontekst([tillegg], [betalt]), "K06")[0]) == []
    assert saker(kjor(kontekst([ny, tillegg], [betalt]), "K06")[0]) == [1]
    assert saker(kjor(kontekst([ny, tillegg | {"merket": True}]), "K06")[0]) == [1]  # tried again: it has been in a batch


def test_k06_ukjent_er_ikke_likt():
    funn, tall = kjor(kontekst([linje(1, 1, nokkel=None), linje(2, 1, nokkel=None)]), "K06")
    assert (funn, tall.ukjent) == ({}, 2)


# K07
@pytest.mark.parametrize(("fra", "til", "dager"), [(-30, -20, 0), (-30, 0, 1), (19, 40, 1), (20, 40, 0), (-5, 40, 20), (5, 6, 2)])
def test_k07_minst_en_felles_dag_i_en_annen_ordning(fra, til, dager):
    annen = linje(2, 1, ordning=ANNEN, fom=FOM + fra * DAG, tom=FOM + til * DAG)
    funn, _ = kjor(kontekst([linje(1, 1)], [annen]), "K07")
    assert saker(funn) == ([1] if dager else [])
    assert kjor(kontekst([linje(1, 1)], [annen | {"ordning": FORENLIG}]), "K07")[0] == {}
    assert kjor(kontekst([linje(1, 3)], [annen]), "K07")[0] == {}


def test_k07_ingen_andre_linjer_er_et_svar():
    funn, tall = kjor(kontekst([linje(1)]), "K07")
    assert (funn, tall.ikke_kjort, tall.ukjent) == ({}, "", 0)


# K08
@pytest.mark.parametrize(("meldt", "stanset"), [("2020-03-20T12:00", False), ("2020-03-20T22:59", False), ("2020-03-20T23:00", True)])
def test_k08_meldt_etter_dagen_i_norge(meldt, stanset):
    """23.00 UTC is the next day in Norway (winter)."""
    rader = inntekt([lonn(ident(1), "2020-02", 30_000, meldt)])
    funn, tall = kjor(kontekst([linje(1)], inntekt=rader), "K08")
    assert bool(funn) == stanset and tall.ukjent == 0
    assert kjor(kontekst([linje(1)], inntekt=rader), "K08", dager_etter=1)[0] == {}


def test_k08_uten_tid_uten_rader_eller_uten_arbeidsgiver_er_ukjent():
    sent = lonn(ident(1), "2020-03", 30_000, "2020-04-05T12:00")
    for rader in ([lonn(ident(1), "2020-02", 1, None), sent], [lonn(ident(9), "2020-02", 1)],
                  [lonn(ident(1), "2020-02", 1, "2020-04-05T12:00", avvik_koder="svar:1")]):  # fmt: skip
        funn, tall = kjor(kontekst([linje(1)], inntekt=inntekt(rader)), "K08")
        assert (funn, tall.ukjent) == ({}, 1)
    funn, tall = kjor(kontekst([linje(1), linje(2, arbeidsgiver=None)], inntekt=inntekt([sent])), "K08")
    assert (saker(funn), tall.ukjent) == ([1], 1)
    assert kjor(kontekst([linje(1)]), "K08")[1].ikke_kjort == "mangler inntektsopplysninger"
    assert kjor(kontekst([linje(1, arbeidsgiver=None)], inntekt=inntekt([sent])), "K08")[1].ikke_kjort == "mangler arbeidsgiver i sakene"


# K09
@pytest.mark.parametrize(
    ("kroner", "utfall"),
    [(2_000, None), (2_000.01, "ETTER"), (10_000, "ETTER"), (10_000.01, "STOPP")],
)
def test_k09_kroner_opp(kroner, utfall):
    rader = [lonn(ident(1), "2020-02", 30_000), lonn(ident(1), "2020-02", kroner, "2020-03-25T12:00")]
    funn, tall = kjor(kontekst([linje(1)], inntekt=inntekt(rader)), "K09")
    assert (list(funn.values()), tall.ukjent) == ([utfall] if utfall else [], 0)


@pytest.mark.parametrize(("kroner", "stanset"), [(4_999.99, False), (5_000, False), (5_000.01, True)])
def test_k09_prosent_opp(kroner, stanset):
    rader = [lonn(ident(1), "2020-02", 100_000), lonn(ident(1), "2020-02", kroner, "2020-03-25T12:00")]
    assert bool(kjor(kontekst([linje(1)], inntekt=inntekt(rader)), "K09")[0]) == stanset


def test_k09_ned_og_nye_maaneder_og_feriepenger_teller_ikke():
    foer = lonn(ident(1), "2020-02", 30_000)
    for rad in (lonn(ident(1), "2020-02", -9_000, "2020-03-25T12:00"), lonn(ident(1), "2020-03", 90_000, "2020-04-05T12:00"),
                lonn(ident(1), "2020-02", 90_000, "2020-04-05T12:00", beskrivelse="feriepenger"),
                lonn(ident(1), "2020-02", 90_000, "2020-03-20T12:00")):  # fmt: skip
        assert kjor(kontekst([linje(1)], inntekt=inntekt([foer, rad])), "K09")[0] == {}


def test_k09_mot_det_eldste_uttrekket():
    gammel, ny = inntekt([lonn(ident(1), "2020-02", 30_000)]), inntekt([lonn(ident(1), "2020-02", 45_000)])
    assert kjor(kontekst([linje(1)], inntekt=ny, inntekt_for=gammel), "K09")[0] == {"linje-0001": "STOPP"}
    assert kjor(kontekst([linje(1)], inntekt=ny), "K09")[0] == {}


def test_k09_uten_tid_er_ukjent_og_en_rar_maaned_koster_ingenting():
    rader = [lonn(ident(1), "2020-02", 30_000), lonn(ident(1), "1900-01", 90_000, None)]
    funn, tall = kjor(kontekst([linje(1), linje(2)], inntekt=inntekt(rader)), "K09")
    assert (funn, tall.ukjent) == ({}, 2)


# K10
def _maaneder(siste: float, foer: int = 3, kroner: float = 20_000) -> list[dict]:
    maaneder = [f"{2019 + (m // 12)}-{m % 12 + 1:02d}" for m in range(14 - foer, 15)]
    return [lonn(ident(1), m, kroner) for m in maaneder[:-1]] + [lonn(ident(1), maaneder[-1], siste)]


@pytest.mark.parametrize(
    ("siste", "utfall"),
    [(30_000, None), (30_000.01, "STIKK"), (40_000, "STIKK"), (40_000.01, "STOPP")],
)
def test_k10_siste_maaned_mot_medianen(siste, utfall):
    funn, tall = kjor(kontekst([linje(1)], inntekt=inntekt(_maaneder(siste))), "K10")
    assert (list(funn.values()), tall.ukjent) == ([utfall] if utfall else [], 0)
    assert kjor(kontekst([linje(1)], inntekt=inntekt(_maaneder(siste))), "K10", prosent=300)[0] == {}


def test_k10_smaa_belop_er_stikkprove():
    assert set(kjor(kontekst([linje(1)], inntekt=inntekt(_maaneder(14_000, kroner=4_000))), "K10")[0].values()) == {"STIKK"}
    assert set(kjor(kontekst([linje(1)], inntekt=inntekt(_maaneder(14_000.01, kroner=4_000))), "K10")[0].values()) == {"STOPP"}


@pytest.mark.parametrize(("foer", "kjent"), [(2, False), (3, True), (12, True)])
def test_k10_for_faa_maaneder_er_ukjent(foer, kjent):
    funn, tall = kjor(kontekst([linje(1)], inntekt=inntekt(_maaneder(90_000, foer))), "K10")
    assert (bool(funn), tall.ukjent) == (kjent, 0 if kjent else 1)


def test_k10_soknadsmaaneden_og_gammel_lonn_teller_ikke():
    soker = _maaneder(20_000)
    assert kjor(kontekst([linje(1)], inntekt=inntekt([*soker, lonn(ident(1), "2020-04", 90_000)])), "K10")[0] == {}
    gammel = [lonn(ident(1), f"2018-{m:02d}", 20_000) for m in range(9, 13)] + [lonn(ident(1), "2019-03", 90_000)]
    assert kjor(kontekst([linje(1)], inntekt=inntekt(gammel)), "K10")[1].ukjent == 1  # nothing in the year before April 2020


# K18
def _ansatte(antall: int, hos: str = GAARD, **annet) -> list[dict]:
    return [{"ident": ident(100 + i), "virksomhet": hos, "startdato": "2019-01-01"} | annet for i in range(antall)]


@pytest.mark.parametrize(("krav", "ansatte", "stanset"), [(4, 2, 0), (5, 2, 5), (6, 2, 6), (3, 0, 3), (2, 0, 0)])
def test_k18_flere_krav_enn_ansatte(krav, ansatte, stanset):
    register = arbeidsforhold([*_ansatte(ansatte), *_ansatte(1, ANNEN_GAARD)])
    funn, tall = kjor(kontekst([linje(i) for i in range(krav)], arbeidsforhold=register), "K18")
    assert (len(funn), tall.ukjent) == (stanset, 0)
    assert kjor(kontekst([linje(i) for i in range(krav)], arbeidsforhold=register), "K18", minst_over=9)[0] == {}


def test_k18_sluttet_teller_ikke_men_ukjent_startdag_gjor_det():
    dagen = KUNNGJORT.isoformat()
    for register, stanset in ((_ansatte(3, sluttdato="2020-03-19"), 5), (_ansatte(3, sluttdato=dagen), 0),
                              (_ansatte(3, startdato="2020-03-21"), 5), (_ansatte(3, startdato=dagen), 0),
                              (_ansatte(3, startdato=None), 0)):  # fmt: skip
        assert len(kjor(kontekst([linje(i) for i in range(5)], arbeidsforhold=arbeidsforhold(register)), "K18")[0]) == stanset


@pytest.mark.parametrize(("krevd", "stanset"), [(33_000, 0), (33_003, 3)])
def test_k18_mer_enn_lonnen(krevd, stanset):
    """Three with 10 000 kr each: 110 % of 30 000 for one month."""
    linjer = [linje(i, belop_ore=krevd * 100 // 3) for i in range(3)]
    rader = [lonn(ident(i), "2020-02", 10_000) for i in range(3)]
    assert len(kjor(kontekst(linjer, inntekt=inntekt(rader)), "K18")[0]) == stanset
    assert kjor(kontekst(linjer, inntekt=inntekt(rader)), "K18", prosent_av_lonn=200)[0] == {}


def test_k18_hvem_som_ikke_har_lonn_i_uttrekket_er_paa_ingen_side():
    linjer = [linje(i, belop_ore=10_000_00) for i in range(6)]
    rader = [lonn(ident(i), "2020-02", 10_000) for i in range(3)]
    assert kjor(kontekst(linjer, inntekt=inntekt(rader)), "K18")[0] == {}
    betalt = [linje(10 + i, i, belop_ore=30_000_00) for i in range(3)]  # the same three, in an earlier batch
    assert len(kjor(kontekst(linjer, betalt, inntekt=inntekt(rader)), "K18")[0]) == 6


def test_k18_uten_registre_er_ukjent():
    funn, tall = kjor(kontekst([linje(i) for i in range(9)]), "K18")
    assert (funn, tall.ukjent) == ({}, 9)


# K20
@pytest.mark.parametrize(("forskyv", "stanset"), [(19, [2]), (20, [])])
def test_k20_samme_dag_i_to_saker(forskyv, stanset):
    sist = linje(2, 1, fom=FOM + forskyv * DAG, tom=TOM + forskyv * DAG, nokkel="x", mottatt_dato=dt.date(2020, 4, 2))
    assert saker(kjor(kontekst([linje(1, 1), sist]), "K20")[0]) == stanset
    assert saker(kjor(kontekst([linje(1, 1)], [sist]), "K20")[0]) == ([1] if stanset else [])
    assert kjor(kontekst([linje(1, 1), sist | {"arbeidsgiver": ANNEN_GAARD}]), "K20")[0] == {}
    assert kjor(kontekst([linje(1, 1), sist | {"sak_id": "sak-0001"}]), "K20")[0] == {}  # a new version of the same case


@pytest.mark.parametrize(("dager", "stanset"), [(59, 0), (60, 0), (61, 2)])
def test_k20_flere_dager_enn_lov(dager, stanset):
    """Two lines of one case, of which the second begins where the first ended; the same days again count once."""
    foerst = linje(1, 1, tom=FOM + 29 * DAG)
    resten = linje(2, 1, fom=FOM + 30 * DAG, tom=FOM + (dager - 1) * DAG) | {"sak_id": "sak-0001"}
    assert len(kjor(kontekst([foerst, resten]), "K20")[0]) == stanset
    assert len(kjor(kontekst([foerst, resten], maks_dager=61), "K20")[0]) == 0
    igjen = linje(3, 1, tom=FOM + 29 * DAG) | {"sak_id": "sak-0001"}
    assert len(kjor(kontekst([foerst, resten], [igjen]), "K20")[0]) == stanset


def test_k20_uten_arbeidsgiver_i_noen_sak_er_det_personens_dager():
    to = [linje(1, 1, arbeidsgiver=None), linje(2, 1, arbeidsgiver=None, mottatt_dato=dt.date(2020, 4, 2))]
    assert saker(kjor(kontekst(to), "K20")[0]) == [2]
    funn, tall = kjor(kontekst([*to, linje(3)]), "K20")  # here employers are told, and two are missing
    assert (funn, tall.ukjent) == ({}, 2)


# K26
def test_k26_samme_penger_under_ny_id():
    en, ny = linje(1, 1), linje(2, 1, belop_ore=linje(1)["belop_ore"])
    assert saker(kjor(kontekst([en, ny]), "K26")[0]) == [2]
    assert saker(kjor(kontekst([en], [ny | {"merket": True}]), "K26")[0]) == [1]
    for annet in ({"belop_ore": 1}, {"fom": FOM + DAG}, {"tom": TOM + DAG}, {"klasse": "X"}, {"orgnr": GAARD}, {"person_id": "x"}):
        assert kjor(kontekst([en, ny | annet]), "K26")[0] == {}
