"""A month that builds on the months before it: decided in order, waiting for what is not decided, the same after a kill and in
replay. The scheme is the fictional one with periods; what it should come to is worked out here, person by person, in whole numbers."""

from __future__ import annotations

import datetime as dt
import math
import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from kjerne.drift.klokke import Stillklokke
from kjerne.kjoring.avspilling import spill_av
from kjerne.kjoring.dagsrapport import lag_rapport
from kjerne.kjoring.helt import kjor_ordning, tall_for
from kjerne.kjoring.oppslag import forklar_i
from kjerne.kjoring.registerfakta import TIDLIGERE
from kjerne.kjoring.rom import Arbeidsrom, Grunnlag
from kjerne.kjoring.svar import les_svar, sporsmalsliste
from kjerne.kjoring.syntetisk import lag_syntetisk
from kjerne.kontrakt.identer import les_ident
from kjerne.kontrakt.verdier import dato
from kjerne.lager import snapshot as lagring
from kjerne.lager.feilpunkt import Feilpunktsfeil, nullstill
from kjerne.lager.motor import aapne, lesende
from kjerne.lager.oppgradering import oppgrader
from kjerne.lager.tabeller import linje, sak, soknad, vedtak
from kjerne.lager.tilstand import tilstandshash
from kjerne.regelmotor.oppdagelse import finn
from tests.kjoring.conftest import DAG, EVENTYR, _ordninger

ID = "gjetergutten"
MAANEDER = {"mars": ("01.03.2020", "31.03.2020"), "april": ("01.04.2020", "30.04.2020"), "mai": ("01.05.2020", "31.05.2020")}
HARER = [[30, 1, 9], [9, 0, 4], [4, 30, 30], [0, 9, 9], [30, 30, 30]]  # three months, and again for every fifth person


@pytest.fixture(scope="module")
def folk(tmp_path_factory) -> Path:
    mappe = tmp_path_factory.mktemp("gjetere")
    with _ordninger():
        lag_syntetisk(mappe, 25, 3, ID, 25, dt.date(2020, 6, 1), 15, ("parquet",))
    return mappe


def _soknader(folk: Path, sti: Path, maaneder=tuple(MAANEDER), uten_harer=(), antall=25) -> Path:
    """One application a month from each person, the last months first; empty for the (person, month) in `uten_harer`."""
    personer = pd.read_csv(folk / "soknader.csv", sep=";", dtype=str).head(antall)
    rader = ["soknad_id;fodselsnummer;kontonummer;maalform;mottatt_dato;måned_fra;måned_til;tapte_harer"]
    for navn in reversed(maaneder):
        for nr, p in enumerate(personer.itertuples()):
            harer = "" if (nr, navn) in uten_harer else HARER[nr % len(HARER)][list(MAANEDER).index(navn)]
            fra, til = MAANEDER[navn]
            rader.append(f"{navn}-{nr:02};{p.fodselsnummer};{p.kontonummer};nb;15.06.2020;{fra};{til};{harer}")
    sti.write_text("\n".join(rader) + "\n", "utf-8")
    return sti


def _grunnlag(folk: Path, soknader: Path, bit=7) -> Grunnlag:
    return Grunnlag((soknader,), (folk / "inntekt.parquet",), (folk / "arbeidsforhold.parquet",), DAG, dt.date(2020, 7, 13), "ola", bit)


def _vedtak(rom: Arbeidsrom) -> pd.DataFrame:
    """Every case by its own name: state, reason, and the values of its trace."""
    with lesende(rom.motor) as conn:
        rader = conn.execute(sa.select(
            soknad.c.soknad_id, sak.c.tilstand, sak.c.grunn, vedtak.c.belop_ore, vedtak.c.sporing_id, vedtak.c.sporing_rad)
            .join(sak, sak.c.sak_id == soknad.c.sak_id).outerjoin(vedtak, vedtak.c.sak_id == soknad.c.sak_id)).all()  # fmt: skip
    ut = {}
    for navn, tilstand, grunn, ore, sporing_id, rad in rader:
        verdier = lagring.les(rom.snapshotmappe, sporing_id, "sporing").iloc[rad].to_dict() if sporing_id else {}
        ut[navn] = {"tilstand": tilstand, "grunn": grunn, "ore": ore} | verdier
    return pd.DataFrame.from_dict(ut, orient="index").sort_index()


def _fasit(folk: Path, harer: list[int], ident: str) -> list[tuple[str, int, int]]:
    """(outcome, brød, smør) for each month of one person, by hand."""
    født, hittil, rest, før, flest, ut = les_ident(ident).fodselsdato, 0, Decimal(0), 0, 0, []
    for n, navn in zip(harer, MAANEDER, strict=True):
        dag = dato(MAANEDER[navn][0])
        voksen = født is not None and (dag.year - født.year - ((dag.month, dag.day) < (født.month, født.day))) >= 18
        tap = max(n * Decimal("100.50") + rest - (0 if før else 200), Decimal(0))
        brød = _hele(min(tap, Decimal(1000), Decimal(max(2500 - hittil, 0))))
        ansatt = _ansattmaaneder(folk, ident, dag)
        smør = _hele(brød * Decimal("0.10") * (før + 1)) + flest + (ansatt or 0)
        if (født is not None and not voksen) or hittil >= 2500:
            ut.append(("avslag", 0, 0))
        elif født is None or ansatt is None or brød + smør == 0:
            ut.append(("manuell", 0, 0))
        else:
            ut.append(("innvilget", brød, smør))
            hittil, rest, før, flest = hittil + brød, max(tap - 1000, Decimal(0)), før + 1, max(flest, n)
    return ut


def _hele(kroner: Decimal) -> int:
    return math.floor(kroner + Decimal("0.5"))


def _ansattmaaneder(folk: Path, ident: str, dag: dt.date) -> int | None:
    """Income rows of the three months before that belong to an ordinary employment, looked up one by one; None when one of
    them belongs to none that is known, or to several of different kinds."""
    inntekt, forhold = (pd.read_parquet(folk / f"{n}.parquet") for n in ("inntekt", "arbeidsforhold"))
    egne = forhold[forhold["ident"] == ident]
    antall = 0
    for rad in inntekt[inntekt["ident"] == ident].itertuples():
        nr = rad.maaned.year * 12 + rad.maaned.month
        typer = {
            a.type for a in egne.itertuples()
            if a.virksomhet == rad.virksomhet and a.startdato.year * 12 + a.startdato.month <= nr
            and (pd.isna(a.sluttdato) or nr <= a.sluttdato.year * 12 + a.sluttdato.month)
        }  # fmt: skip
        if 1 <= dag.year * 12 + dag.month - nr <= 3:
            if len(typer) != 1:
                return None
            antall += typer == {"ordinaertArbeidsforhold"}
    return antall


def test_maanedene_avgjores_i_rekkefolge(rom, folk, tmp_path):
    resultat = kjor_ordning(rom, ID, _grunnlag(folk, _soknader(folk, tmp_path / "alle.csv")))
    t, personer = _vedtak(rom), pd.read_csv(folk / "soknader.csv", sep=";", dtype=str)["fodselsnummer"]
    fikk, ventet = {}, {}
    for nr, ident in enumerate(personer):
        for navn, svar in zip(MAANEDER, _fasit(folk, HARER[nr % len(HARER)], ident), strict=True):
            rad = t.loc[f"{navn}-{nr:02}"]
            innvilget = rad["tilstand"] == "innvilget"
            fikk[navn, nr] = rad["tilstand"], int(rad["brød"]) if innvilget else 0, int(rad["smør"]) if innvilget else 0
            ventet[navn, nr] = svar
            if svar[0] == "manuell":
                break  # what comes after it waits
    assert fikk == ventet
    assert sum(u == "innvilget" for u, *_ in ventet.values()) > 50
    assert (t.loc[t["tilstand"] == "innvilget", "smør"] % 10 != 0).any()  # some have been employed
    biter = next(m for m in resultat.maalinger if m.steg == "kvalitet").resultat["biter"]
    assert biter >= 3 * math.ceil(25 / 7)  # each round begins in a new chunk
    with lesende(rom.motor) as conn:
        par = conn.execute(sa.select(linje.c.vedtak_id, sa.func.count(), sa.func.count(sa.distinct(linje.c.klasse)))
                           .group_by(linje.c.vedtak_id)).all()  # fmt: skip
    assert {(antall, klasser) for _, antall, klasser in par} >= {(2, 2)}


def test_i_tre_kjoringer_som_i_en(rom, folk, tmp_path):
    for navn in MAANEDER:
        kjor_ordning(rom, ID, _grunnlag(folk, _soknader(folk, tmp_path / f"{navn}.csv", (navn,)), bit=1000))
    hver_for_seg = _vedtak(rom)
    annen = _annen_sqlite(tmp_path)
    kjor_ordning(annen, ID, _grunnlag(folk, _soknader(folk, tmp_path / "alle.csv"), bit=4))
    kolonner = ["tilstand", "ore", "har_fått_før", "måneder_før", "brød_hittil", "flest_harer", "til_gode"]
    assert _vedtak(annen)[kolonner].astype(str).equals(hver_for_seg[kolonner].astype(str))
    annen.motor.dispose()


def _annen_sqlite(tmp_path: Path) -> Arbeidsrom:
    motor = aapne(tmp_path / "annen.db")
    oppgrader(motor, "salt-i-test")
    return Arbeidsrom(tmp_path / "annen", motor, Stillklokke(DAG))


def test_den_senere_venter_til_den_tidligere_er_besvart(rom, folk, tmp_path):
    uten = {(0, "mars"), (1, "april")}
    grunnlag = _grunnlag(folk, _soknader(folk, tmp_path / "s.csv", uten_harer=uten, antall=2))
    kjor_ordning(rom, ID, grunnlag)
    t = _vedtak(rom)
    venter = t.index[t["tilstand"] == "venter"].tolist()
    assert venter == ["april-00", "mai-00", "mai-01"]
    assert set(t.loc[venter, "grunn"]) == {TIDLIGERE}
    assert t.loc[["mars-00", "april-01"], "tilstand"].tolist() == ["sporsmal", "sporsmal"]
    assert t.loc["mars-01", "tilstand"] == "innvilget"
    lag_rapport(rom, finn(ID), tmp_path / "rapport.html", aapen=False)
    assert "En tidligere sak fra samme person er ikke avgjort." in (tmp_path / "rapport.html").read_text("utf-8")
    sporsmalsliste(rom, ID).assign(svar="30", begrunnelse="", gitt_av="").to_csv(tmp_path / "svar.csv", sep=";", index=False)
    assert les_svar(rom, finn(ID), tmp_path / "svar.csv", "kari")["nye"] == 2
    kjor_ordning(rom, ID, replace(grunnlag, soknader=(), inntekter=(), arbeidsforhold=()))
    t = _vedtak(rom)
    assert not t["tilstand"].isin(["venter", "sporsmal"]).any()
    assert t.loc["april-00", ["har_fått_før", "til_gode"]].tolist() == [True, 1815.0]
    assert tall_for(rom, finn(ID))["venter"] == 0
    assert spill_av(rom, finn(ID)) == (len(t[t["tilstand"].isin(["innvilget", "avslag"])]), [])


def test_en_dobbel_som_aldri_kan_innvilges_sperrer_ingen(rom, folk, tmp_path):
    """The same month twice: the second goes to a human, and the next month does not wait for it."""
    fil = _soknader(folk, tmp_path / "s.csv", ("mars", "april"), antall=3)
    linjer = fil.read_text("utf-8").splitlines()
    igjen = [r.replace("mars-", "igjen-").replace("15.06.2020", "16.06.2020") for r in linjer if r.startswith("mars-")]
    fil.write_text("\n".join([*linjer, *igjen]) + "\n", "utf-8")
    kjor_ordning(rom, ID, _grunnlag(folk, fil))
    t = _vedtak(rom)
    innvilget = t.index[(t["tilstand"] == "innvilget") & t.index.str.startswith("mars")]
    assert len(innvilget) >= 2
    for navn in innvilget:
        assert t.loc[navn.replace("mars", "igjen"), ["tilstand", "grunn"]].tolist() == ["karantene", "dobbel"]
        assert t.loc[navn.replace("mars", "april"), "tilstand"] in ("innvilget", "avslag")


@pytest.mark.parametrize("punkt", ["vedtak.etter_vedtak:3", "vedtak.etter_tilstand:2", "steg.etter.vurder:1", "steg.etter.vurder:4"])
def test_avbrutt_og_tatt_opp_igjen(lager, folk, tmp_path, monkeypatch, uforstyrret, punkt):
    """Before the chunk is committed, and after it is committed but before it is written down as done."""
    rom = Arbeidsrom(tmp_path / "data", lager, Stillklokke(DAG))
    grunnlag = _grunnlag(folk, _soknader(folk, tmp_path / "s.csv", uten_harer={(0, "mars"), (1, "april")}, antall=6), bit=3)
    monkeypatch.setenv("FEILPUNKT", f"{punkt}:raise")
    nullstill()
    with pytest.raises(Feilpunktsfeil):
        kjor_ordning(rom, ID, grunnlag)
    monkeypatch.delenv("FEILPUNKT")
    kjor_ordning(rom, ID, grunnlag)
    with lesende(lager) as conn:
        assert tilstandshash(conn) == uforstyrret


@pytest.fixture(scope="module")
def uforstyrret(folk, tmp_path_factory) -> str:
    """The state of the database after the same run, undisturbed, on SQLite."""
    mappe = tmp_path_factory.mktemp("uforstyrret")
    rom = _annen_sqlite(mappe)
    with _ordninger():
        soknader = _soknader(folk, mappe / "s.csv", uten_harer={(0, "mars"), (1, "april")}, antall=6)
        kjor_ordning(rom, ID, _grunnlag(folk, soknader, bit=3))
    with lesende(rom.motor) as conn:
        return tilstandshash(conn)


def test_nokkelen_skiller_sakene(rom, folk, tmp_path, monkeypatch):
    """A fact about the earlier decisions with the same number of hares, beside those about all of them; and registers that are
    not connected: what empty means, or unknown."""
    shutil.copytree(EVENTYR, tmp_path / "eventyr")
    fil = tmp_path / "eventyr" / ID / "ordning.toml"
    tekst = fil.read_text("utf-8")
    assert '{ hent = "antall" }' in tekst
    fil.write_text(tekst.replace('{ hent = "antall" }', '{ hent = "antall", nokkel = ["fodselsnummer", "tapte_harer", "måned_fra"] }')
                   .replace('{ hent = "finnes" }', '{ hent = "finnes", nokkel = ["fodselsnummer", "tapte_harer"] }')
                   .replace("felt = [", """felt = [
  { navn = "gave", type = "kroner", kilde = "register", tomt_betyr = 12, nb = "Gave", nn = "Gåve" },
  { navn = "bot", type = "kroner", kilde = "register", nb = "Bot", nn = "Bot" },"""), "utf-8")
    monkeypatch.setenv("ORDNINGER_STI", str(tmp_path / "eventyr"))
    kjor_ordning(rom, ID, _grunnlag(folk, _soknader(folk, tmp_path / "s.csv", ("mars", "april"))))
    t = _vedtak(rom)
    april = t[t.index.str.startswith("april") & (t["tilstand"] == "innvilget")]
    like = [HARER[int(navn[-2:]) % len(HARER)][0] == HARER[int(navn[-2:]) % len(HARER)][1] for navn in april.index]
    assert april["har_fått_før"].tolist() == like and set(like) == {True, False}
    assert set(april["gave"]) == {12.0} and april["bot"].isna().all()
    assert set(april["måneder_før"]) == {0}  # the same month is never granted twice


def test_avspilling_tar_registerfakta_fra_sporingen(rom, folk, tmp_path):
    kjor_ordning(rom, ID, _grunnlag(folk, _soknader(folk, tmp_path / "s.csv")))
    antall, ulike = spill_av(rom, finn(ID))
    assert antall > 50 and ulike == []
    funnet = forklar_i(rom, finn(ID), "april-00")
    tap = next(ledd for ledd in funnet.forklaring.ledd if ledd.navn == "tap")
    assert (tap.grunnlag["har_fått_før"], tap.grunnlag["til_gode"]) == ("ja", "1815")  # not what they are now, after May
    with lesende(rom.motor) as conn:
        avgjort = conn.execute(sa.select(soknad.c.soknad_id, vedtak.c.utfall).join(vedtak, vedtak.c.sak_id == soknad.c.sak_id)).all()
    verk = finn(ID)
    assert {navn: forklar_i(rom, verk, navn).forklaring.utfall for navn, _ in avgjort} == dict(map(tuple, avgjort))


def test_bare_det_reglene_trenger_staar_i_sporingen(kjort):
    """A scheme that has no use for the birth date has none in its traces."""
    with lesende(kjort.motor) as conn:
        sporinger = set(conn.scalars(sa.select(vedtak.c.sporing_id)))
    assert sporinger
    for sha in sporinger:
        assert "fødselsdato" not in lagring.kolonner_i(kjort.snapshotmappe, sha, "sporing")
