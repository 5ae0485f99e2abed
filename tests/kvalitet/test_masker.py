"""Every mask has a row that fails and rows that pass: person 1 is changed, persons 0 and 2 are sound."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from smaa_rammer import ANNEN, HENTET, HOVED, KR, MAANEDER, PERSONER, Rammer, plan_av

from kjerne.kontrakt.identer import lag_ident
from kjerne.kvalitet.maske import HELE, I_BUNT, last_masker
from kjerne.kvalitet.rekkevidde import funn_av

MASKER = last_masker()
PRIVAT = lag_ident(dt.date(1950, 5, 17), 110) or lag_ident(dt.date(1950, 5, 17), 112)


def _ekte_form() -> str:
    """A number of the shape real people have (no month + 80), of a day that lies in the future: nobody has it."""
    from kjerne.kontrakt.identer import gyldige_identer

    alle = pd.Series([f"311239{n:05d}" for n in range(50_000, 60_000)])
    return alle[gyldige_identer(alle)].iloc[0]


def _bytt_ident(r: Rammer, ny: str) -> Rammer:
    for navn in ("inntekt", "arbeidsforhold", "permittering", "sak"):
        ramme = getattr(r, navn)
        ramme["ident"] = ramme["ident"].replace({PERSONER[1]: ny})
    return r


def _skiftet(r: Rammer) -> Rammer:
    """Person 1 has income on a D-number until December."""
    gammel = f"{int(PERSONER[1][0]) + 4}{PERSONER[1][1:9]}00"
    rader = r.rader(1) & (r.inntekt["maaned"] < "2020-01-01")
    r.inntekt.loc[rader, "ident"] = gammel
    return r


def _varierer(r: Rammer) -> Rammer:
    for nr, maaned in enumerate(MAANEDER):
        r.sett(1, f"{maaned:%Y-%m}", beloep_ore=(20_000 if nr % 2 else 45_000) * KR)
    return r


def _bytter(r: Rammer) -> Rammer:
    r.inntekt.loc[r.rader(1) & (r.inntekt["maaned"] >= "2020-01-01"), ["virksomhet", "opplysningspliktig"]] = ANNEN
    return r


def _sluttet(r: Rammer) -> Rammer:
    r.inntekt = r.inntekt[~(r.rader(1) & (r.inntekt["maaned"] >= "2020-01-01"))].reset_index(drop=True)
    r.permittering = r.permittering[r.permittering["ident"] != PERSONER[1]].reset_index(drop=True)
    return r


def _uten_inntekt_i_vinduet(r: Rammer) -> Rammer:
    r.inntekt = r.inntekt[~(r.rader(1) & (r.inntekt["maaned"] >= "2020-02-01"))].reset_index(drop=True)
    return r


def _doed(r: Rammer) -> Rammer:
    r.personer = pd.DataFrame({"ident": PERSONER, "doedsdato": pd.to_datetime([None, "2020-04-30", None])})
    return r


BRUDD = {
    "inn_virksomhet_gyldig": lambda r: r.sett(1, "2020-03", virksomhet="810000001"),
    "inn_privat_arbeidsgiver": lambda r: r.sett(1, "2020-03", opplysningspliktig=PRIVAT),
    "inn_maaned_ikke_framtid": lambda r: r.legg(1, "2020-05", maaned="2020-06-01"),
    "inn_dublett": lambda r: r.legg(1, "2020-03"),
    "inn_beskrivelse_kjent": lambda r: r.sett(1, "2020-03", beskrivelse="heltNyKode"),
    "inn_fordel_tillatt": lambda r: r.sett(1, "2020-03", fordel="naturalytelse"),
    "inn_beloep_satt": lambda r: r.sett(1, "2020-03", beloep_ore=None),
    "inn_negativ_kun_lovlig": lambda r: r.legg(1, "2020-03", beloep_ore=-5 * KR).legg(
        0, "2020-03", beloep_ore=-5 * KR, beskrivelse="trekkILoennForFerie"
    ),
    "inn_maanedssum_ikke_negativ": lambda r: r.legg(1, "2020-03", beloep_ore=-50_000 * KR).legg(
        0, "2020-03", beloep_ore=-9 * KR
    ),
    "inn_ferie_par": lambda r: (
        r.legg(1, "2020-03", beloep_ore=-39_000 * KR, beskrivelse="trekkILoennForFerie")
        .legg(0, "2020-03", beloep_ore=-39_000 * KR, beskrivelse="trekkILoennForFerie")
        .legg(0, "2020-04", beloep_ore=50_000 * KR, beskrivelse="feriepenger")
    ),
    "inn_ferie_i_vindu": lambda r: r.legg(1, "2020-03", beskrivelse="feriepenger"),
    "inn_opptjening_i_maaned": lambda r: r.sett(
        1, "2020-03", opptjening_fom="2020-02-01", opptjening_tom="2020-02-29"
    ).sett(0, "2020-03", opptjening_fom="2020-03-01", opptjening_tom="2020-03-31"),
    "inn_etterbetaling": lambda r: r.sett(1, "2020-03", tillegg_type="ETTERBETALINGSPERIODE"),
    "inn_etterbetaling_har_periode": lambda r: r.sett(
        1, "2020-03", tillegg_type="Etterbetalingsperiode", tillegg_fom="2020-01-01"
    ).sett(0, "2020-03", tillegg_type="Etterbetalingsperiode", tillegg_fom="2020-01-01", tillegg_tom="2020-02-29"),
    "inn_ytelse_samordning": lambda r: r.legg(
        1, "2020-03", inntekt_type="YTELSE_FRA_OFFENTLIGE", beskrivelse="ufoeretrygd"
    ),
    "inn_annen_ytelse": lambda r: r.legg(1, "2020-03", inntekt_type="PensjonEllerTrygd", beskrivelse="ufoeretrygd"),
    "inn_spesielle_forhold": lambda r: r.sett(1, "2020-03", skatteregel="nettoloenn"),
    "inn_naering_frilans": lambda r: r.legg(1, "2020-03", inntekt_type="Naeringsinntekt"),
    "inn_timer_ved_timeloenn": lambda r: (
        r.sett(1, "2020-03", beskrivelse="timeloenn")
        .sett(0, "2020-03", beskrivelse="timeloenn", antall=160.0)
        .sett(1, "2020-04", beskrivelse="timeloenn", antall=2.0)
    ),
    "inn_avvik_alvorlig": lambda r: r.sett(1, "2020-03", avvik_koder="MAGNET_EDAG-107B"),
    "inn_sent_rapportert": lambda r: r.sett(1, "2020-03", registrert_tid=pd.Timestamp("2020-04-11")).sett(
        0, "2020-03", registrert_tid=pd.Timestamp("2020-04-10 23:00")
    ),
    "inn_nyere_versjon": lambda r: r.legg(1, "2020-03", registrert_tid=pd.Timestamp("2020-05-30"), beloep_ore=900 * KR),
    "inn_arbeidsgiver_mangler_mnd": lambda r: r.fjern(1, "2020-03"),
    "inn_hopp": lambda r: r.sett(1, "2020-03", beloep_ore=61_000 * KR).sett(0, "2020-03", beloep_ore=59_000 * KR),
    "inn_variabel": _varierer,
    "inn_virksomhetsbytte": _bytter,
    "inn_flere_arbeidsgivere": lambda r: r.legg(1, "2020-03", virksomhet=ANNEN, opplysningspliktig=ANNEN),
    "inn_sykepenger_og_loenn": lambda r: r.legg(
        1,
        "2020-03",
        inntekt_type="YtelseFraOffentlige",
        beskrivelse="sykepenger",
        virksomhet=ANNEN,
        opplysningspliktig=ANNEN,
    ),
    "inn_maaned_ferdig": lambda r: r.sett(1, tabell="sak", permittert_fra=pd.Timestamp("2020-07-03")),
    "inn_vindu_komplett": lambda r: r.fjern(1, "2020-03"),
    "inn_vindu_tomt": _uten_inntekt_i_vinduet,
    "inn_person_gyldig": lambda r: _bytt_ident(r, "12345678901"),
    "inn_person_miljo": lambda r: _bytt_ident(r, _ekte_form()),
    "inn_ident_skiftet": _skiftet,
    "sok_entydig": lambda r: r.legg(1, tabell="sak", sak_id="s3", mottatt_dato=pd.Timestamp("2020-05-28")),
    "sok_person_lever": _doed,
    "utb_konto_gyldig": lambda r: r.sett(1, tabell="sak", konto="12345678901"),
    "arb_dekker_inntekt": lambda r: r.fjern(1, tabell="arbeidsforhold"),
    "arb_annen_virksomhet": lambda r: r.sett(1, "2020-03", virksomhet=HOVED),
    "arb_periode_gyldig": lambda r: r.sett(1, tabell="arbeidsforhold", sluttdato="2014-12-31"),
    "arb_stillingsprosent": lambda r: r.sett(1, tabell="arbeidsforhold", stillingsprosent=10.0),
    "arb_bekreftet": lambda r: r.sett(1, tabell="arbeidsforhold", sist_bekreftet="2020-04-30"),
    "arb_varsling": lambda r: r.sett(1, tabell="arbeidsforhold", varsling="ERKONK"),
    "arb_uten_inntekt": _sluttet,
    "per_registrert": lambda r: r.fjern(1, tabell="permittering"),
    "per_slutt_og_prosent": lambda r: r.sett(1, tabell="permittering", sist_bekreftet="2020-04-30"),
    "per_overlapp": lambda r: r.legg(1, tabell="permittering", art="permisjon", prosent=60.0),
}
AV_SAKER = [n for n, b in MASKER.items() if b.over not in (*HELE, *I_BUNT)]


def _rammede(k, navn: str, **parametre: object) -> set[str]:
    """The persons that the mask hits, by findings and by cases."""
    b = MASKER[navn]
    m = b.funksjon(k, **parametre)
    assert m.brudd.dtype == bool and len(m.brudd) == len(k.forhold.person if b.over == "forhold" else k.rammer[b.over])
    funn = funn_av(k, b.over, m)
    assert all(isinstance(t, str) for t in m.observert(funn.plass))
    for tekst in m.observert(funn.plass):
        assert not any(p in tekst for p in k.identer), f"{navn} viser et fødselsnummer"
    koder = set(funn.person.tolist()) | set(k.sak.person[m.sak].tolist() if m.sak is not None else [])
    return {str(k.identer[c]) for c in koder}


def test_alle_masker_har_et_brudd_i_denne_filen():
    assert set(AV_SAKER) == set(BRUDD)


def test_friske_rader_bestaar():
    k = Rammer().kontekst()
    assert {navn: _rammede(k, navn) for navn in AV_SAKER} == {navn: set() for navn in AV_SAKER}


@pytest.mark.parametrize("navn", AV_SAKER)
def test_brudd_rammer_bare_den_det_gjelder(navn):
    r = BRUDD[navn](Rammer())
    rammet = _rammede(r.kontekst(), navn)
    sin = set(r.sak["ident"]) - {PERSONER[0], PERSONER[2]}
    assert sin <= rammet and not rammet & {PERSONER[0], PERSONER[2]}


def test_andre_maater_aa_bryte_paa():
    def brutt(navn: str, r: Rammer, k: dict | None = None, **parametre: object) -> bool:
        return _rammede(r.kontekst(**(k or {})), navn, **parametre) == {PERSONER[1]}

    assert brutt("inn_dublett", Rammer().legg(1, "2020-03", beskrivelse="annet"))  # same amount, doubled month
    assert brutt("inn_hopp", Rammer().sett(1, "2020-03", beloep_ore=19_000 * KR))
    assert brutt("sok_person_lever", Rammer().legg(1, "2020-03", beskrivelse="loennEtterDoedsfall"))
    assert brutt("per_slutt_og_prosent", Rammer().sett(1, tabell="permittering", prosent=0.0))
    assert brutt("arb_stillingsprosent", Rammer().sett(1, tabell="arbeidsforhold", stillingsprosent=101.0))
    assert brutt("arb_stillingsprosent", Rammer().sett(1, tabell="arbeidsforhold", stillingsprosent=0.0))
    assert brutt("arb_periode_gyldig", Rammer().sett(1, tabell="arbeidsforhold", startdato=None))
    assert brutt("per_registrert", Rammer().sett(1, tabell="permittering", startdato="2020-06-20"))
    for_lengst = {"startdato": "2019-01-01", "sluttdato": "2020-05-05"}  # over 15 days before the date of the case
    assert brutt("per_registrert", Rammer().sett(1, tabell="permittering", **for_lengst))
    assert brutt("inn_spesielle_forhold", Rammer().legg(1, "2020-03", inntekt_type="Naeringsinntekt"))
    assert brutt("inn_naering_frilans", Rammer().sett(1, tabell="arbeidsforhold", type="frilanser"))
    sent = (
        Rammer()
        .sett(1, "2019-12", registrert_tid=pd.Timestamp("2020-03-25"))
        .sett(0, "2019-12", registrert_tid=pd.Timestamp("2020-03-15"))
    )
    assert brutt("inn_sent_rapportert", sent, kunngjort=dt.date(2020, 3, 20))
    nyere = Rammer().sett(1, "2020-05", registrert_tid=pd.Timestamp("2020-06-11"))
    domt_for = {"forrige_hentet": np.array(["NaT", "2020-06-10", "NaT"], "datetime64[D]")}
    assert brutt("inn_nyere_versjon", nyere, domt_for)
    en_annen = {"forrige_hentet": np.roll(domt_for["forrige_hentet"], 1)}
    assert not brutt("inn_nyere_versjon", nyere, en_annen)  # a new case has nothing that can be corrected
    assert _rammede(Rammer().kontekst(), "inn_beskrivelse_kjent", utgaatt={"fastloenn": dt.date(2019, 12, 1)}) == set(
        PERSONER
    )
    for_sent = Rammer().sett(1, "2019-09", beskrivelse="overtidsmat")  # out of the list since January 2019
    assert brutt("inn_beskrivelse_kjent", for_sent)
    for_tidlig = Rammer().sett(1, "2019-09", beskrivelse="omstillingsstoenad")  # begins in 2024
    assert brutt("inn_beskrivelse_kjent", for_tidlig)
    assert not brutt("inn_beskrivelse_kjent", Rammer().sett(1, "2019-09", beskrivelse="tips"))
    assert not brutt("inn_beskrivelse_kjent", Rammer().sett(1, "2019-09", beskrivelse="egen"), tilleggskoder=["egen"])
    assert _rammede(Rammer().kontekst(krev_syntetisk=False), "inn_person_miljo") == set(PERSONER)


@pytest.mark.parametrize("navn", ["inn_hopp", "inn_variabel"])
def test_lavere_lonn_av_delvis_permittering_er_forklart(navn: str):
    """Only when the register says so: the same pay without the lay-off is a jump, and varies."""
    lav = Rammer()
    for maaned in ("2020-03", "2020-04", "2020-05"):
        lav.sett(1, maaned, beloep_ore=8_000 * KR)
    assert _rammede(lav.kontekst(), navn) == {PERSONER[1]}
    lav.legg(1, tabell="permittering", art="permittering", prosent=80.0, startdato="2020-03-01", sluttdato=None)
    assert _rammede(lav.kontekst(), navn) == set()


def test_et_tomt_vindu_gjelder_den_som_sier_at_inntekten_fantes_og_bare_inntekt_av_slaget():
    def rammet(r: Rammer, **parametre: object) -> set[str]:
        return _rammede(r.kontekst(), "inn_vindu_tomt", **parametre)

    alle, frilans = set(PERSONER), {"forhold": ["frilanser"]}
    assert rammet(_uten_inntekt_i_vinduet(Rammer().sett(1, tabell="sak", bor_i_norge=False)), paastand="bor_i_norge") == set()
    assert rammet(_uten_inntekt_i_vinduet(Rammer()), paastand="bor_i_norge") == {PERSONER[1]}
    assert rammet(Rammer(), **frilans) == alle  # wages are no freelance income
    assert rammet(Rammer().sett(1, tabell="arbeidsforhold", type="frilanser"), **frilans) == alle - {PERSONER[1]}
    begge = Rammer().legg(1, tabell="arbeidsforhold", type="frilanser")
    assert rammet(begge, **frilans) == alle - {PERSONER[1]}  # nobody knows which of the two it is
    assert rammet(Rammer().fjern(1, tabell="arbeidsforhold"), **frilans) == alle - {PERSONER[1]}


def test_det_som_likner_men_er_i_orden():
    def urort(navn: str, r: Rammer, k: dict | None = None, **parametre: object) -> bool:
        return _rammede(r.kontekst(**(k or {})), navn, **parametre) == set()

    assert urort("inn_vindu_komplett", Rammer().fjern(1, "2020-01"))  # outside the window
    assert urort(
        "per_registrert", Rammer().sett(1, tabell="permittering", startdato="2020-05-01", sluttdato="2020-05-25")
    )
    # employed for the last half of the window only: two months are two months
    ny = Rammer().fjern(1, "2020-02").sett(1, tabell="arbeidsforhold", startdato="2020-02-20")
    assert urort("inn_vindu_komplett", ny) and urort("inn_arbeidsgiver_mangler_mnd", ny)
    borte = (
        Rammer()
        .fjern(1, "2020-03")
        .legg(1, tabell="permittering", art="permisjon", prosent=100.0, startdato="2020-03-01", sluttdato="2020-03-31")
    )
    assert urort("inn_vindu_komplett", borte) and urort("inn_arbeidsgiver_mangler_mnd", borte)
    syk = Rammer().sett(
        1,
        "2020-03",
        inntekt_type="YtelseFraOffentlige",
        beskrivelse="sykepenger",
        virksomhet=ANNEN,
        opplysningspliktig=ANNEN,
    )
    assert urort("inn_arbeidsgiver_mangler_mnd", syk) and urort("inn_sykepenger_og_loenn", syk)
    assert urort(
        "inn_arbeidsgiver_mangler_mnd", Rammer().fjern(1, "2020-05"), {"hentet": dt.date(2020, 6, 9)}
    )  # not due yet
    assert urort(
        "inn_ytelse_samordning",
        Rammer().legg(1, "2020-03", inntekt_type="PensjonEllerTrygd", beskrivelse="afp"),
        blokkerende=["ufoeretrygd"],
    )
    ufoer = Rammer().legg(1, "2020-03", inntekt_type="PensjonEllerTrygd", beskrivelse="ufoeretrygd")
    assert urort("inn_annen_ytelse", ufoer, unntatt=["ufoeretrygd"])
    assert urort("inn_dublett", Rammer().legg(1, "2020-03", beskrivelse="annet", beloep_ore=7 * KR))
    assert urort("inn_avvik_alvorlig", Rammer().sett(1, "2020-03", avvik_koder="A"), ufarlige=["A"])
    assert urort(
        "utb_konto_gyldig", Rammer().sett(1, tabell="sak", konto=Rammer().sak["konto"][0])
    )  # two persons may share
    assert urort(
        "inn_ferie_par", Rammer().legg(1, "2020-03", beloep_ore=-2_000 * KR, beskrivelse="trekkILoennForFerie")
    )
    assert urort("inn_beskrivelse_kjent", Rammer().sett(1, beskrivelse="nyKode"), tilleggskoder=["nyKode"])


def test_konto_delt_av_for_mange():
    r = Rammer()
    r.sak["konto"] = r.sak["konto"][0]
    assert _rammede(r.kontekst(), "utb_konto_gyldig", maks_personer=2) == set(PERSONER)


def test_den_nyeste_soknaden_beholdes():
    r = Rammer().legg(1, tabell="sak", sak_id="s3", mottatt_dato=pd.Timestamp("2020-05-28"))
    assert MASKER["sok_entydig"].funksjon(r.kontekst()).brudd.tolist() == [False, True, False, False]
    r.sak.loc[3, ["mottatt_dato", "arbeidsgiver"]] = [pd.Timestamp("2020-05-01"), ANNEN]
    assert MASKER["sok_entydig"].funksjon(r.kontekst()).brudd.tolist() == [False, False, False, True]
    assert not MASKER["sok_entydig"].funksjon(r.kontekst(), noekkel=["ident", "arbeidsgiver"]).brudd.any()


def test_uten_aareg_trengs_alle_maaneder_i_vinduet():
    r = Rammer().fjern(1, "2020-02")
    k = r.kontekst()
    del k.rammer["arbeidsforhold"]
    assert _rammede(k, "inn_vindu_komplett") == {PERSONER[1]}


@pytest.mark.parametrize(
    ("maaned", "hentet", "vent"), [("2020-06-20", HENTET, None), ("2020-07-01", dt.date(2020, 7, 9), "2020-07-10")]
)
def test_maaned_ferdig_fra_den_tiende(maaned, hentet, vent):
    r = Rammer().sett(1, tabell="sak", permittert_fra=pd.Timestamp(maaned))
    m = MASKER["inn_maaned_ferdig"].funksjon(r.kontekst(hentet=hentet))
    assert m.brudd.tolist() == [False, vent is not None, False]
    assert str(m.vent_til[1]) == (vent or "NaT")
    assert not MASKER["inn_maaned_ferdig"].funksjon(r.kontekst(hentet=dt.date(2020, 7, 10))).brudd.any()


def test_hele_leveransen():
    def brutt(navn: str, r: Rammer, k: dict | None = None, **parametre: object) -> bool:
        m = MASKER[navn].funksjon(r.kontekst(**(k or {})), **parametre)
        assert isinstance(m.observert(np.array([0]))[0], str)
        return bool(m.brudd[0])

    assert not any(brutt(n, Rammer()) for n in ("inn_schema_kjent", "inn_rad_unik", "inn_dekning_personer"))
    assert not brutt("inn_dekning_personer", Rammer().fjern(1))  # three cases say nothing about an extract
    assert brutt("inn_dekning_personer", Rammer().fjern(1), min_saker=3)
    assert brutt("inn_dekning_personer", Rammer(), {"forrige_dekning": 0.85}, min_saker=3)
    assert not brutt("inn_dekning_personer", Rammer(), {"forrige_dekning": 0.95}, min_saker=3)
    k = Rammer().kontekst(plan_av("inn_rad_unik"))
    k.rammer["inntekt"].loc[3, "rad_id"] = 2
    assert MASKER["inn_rad_unik"].funksjon(k).brudd[0]
    k.rammer["inntekt"] = k.rammer["inntekt"].drop(columns="fordel")
    assert "fordel" in MASKER["inn_schema_kjent"].funksjon(k).observert(np.array([0]))[0]


def test_maskene_er_forklart_og_nummerert():
    assert {b.nr for b in MASKER.values() if b.nr} == set(range(1, 41))
    assert all(len(b.forklaring) > 30 for b in MASKER.values())
