"""A whole run on both databases: everything adds up, nothing is done twice, and a question that is answered resumes its case."""

import datetime as dt
import json
from collections import Counter
from dataclasses import replace

import pandas as pd
import pytest
import sqlalchemy as sa

from kjerne.kjoring.attestering import betal_godkjente, godkjenn_bunt, ventende
from kjerne.kjoring.avspilling import spill_av
from kjerne.kjoring.dagsrapport import lag_rapport
from kjerne.kjoring.helt import kjor_ordning, tall_for
from kjerne.kjoring.oppslag import forklar_i
from kjerne.kjoring.rom import Grunnlag
from kjerne.kjoring.svar import les_svar, skriv_sporsmal, sporsmalsliste
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.motor import lesende
from kjerne.lager.tabeller import brev, leveranse, linje, metadata, sak, snapshot, soknad, vedtak
from kjerne.lager.tilstand import tilstandshash
from kjerne.regelmotor.oppdagelse import finn
from kjerne.utbetaling.pain001 import kontroller_fil


def hash_av(rom) -> str:
    with lesende(rom.motor) as conn:
        return tilstandshash(conn)


def test_alt_gaar_opp(kjort, grunnlag):
    verk = finn("askeladden")
    t = tall_for(kjort, verk)
    assert t["mottatt"] == 300 == sum(t[n] for n in ("innvilget", "avslag", "sporsmal", "karantene", "venter"))
    assert min(t["innvilget"], t["avslag"], t["sporsmal"], t["karantene"]) > 0
    with lesende(kjort.motor) as conn:
        tell = {n: conn.scalar(sa.select(sa.func.count()).select_from(metadata.tables[n])) for n in metadata.tables}
        assert tell["vedtak"] == tell["brev"] == t["innvilget"] + t["avslag"]
        assert tell["linje"] == tell["bunt_linje"] == t["innvilget"]
        sum_vedtak = conn.scalar(sa.select(sa.func.sum(vedtak.c.belop_ore)))
        sum_linjer = conn.scalar(sa.select(sa.func.sum(linje.c.belop_ore)))
        assert sum_vedtak == sum_linjer == t["sum_ore"] == sum(b["sum_ore"] for b in t["bunter"])
        for lev in conn.execute(sa.select(leveranse)):
            assert lev.linjer_inn == lev.akseptert + lev.karantene
        avslag = conn.execute(sa.select(vedtak.c.avgjorende, vedtak.c.begrunnelse).where(vedtak.c.utfall == "avslag")).all()
        assert all(json.loads(a) and [b["vilkaar"] for b in json.loads(g)] == json.loads(a) for a, g in avslag)
        assert set(conn.scalars(sa.select(vedtak.c.snapshot_id))) < set(conn.scalars(sa.select(snapshot.c.snapshot_id)))


def test_samme_kjoring_igjen_endrer_ingenting(rom, grunnlag):
    forste = kjor_ordning(rom, "askeladden", grunnlag)
    foer = hash_av(rom)
    andre = kjor_ordning(rom, "askeladden", grunnlag)
    assert all(m.gjort_for for m in andre.maalinger)
    assert forste.kjoring.id == andre.kjoring.id
    assert hash_av(rom) == foer


def test_biter_av_annen_storrelse_gir_de_samme_vedtakene(kjort, grunnlag, tmp_path):
    with lesende(kjort.motor) as conn:
        kolonner = (vedtak.c.sak_id, vedtak.c.utfall, vedtak.c.belop_ore, vedtak.c.avgjorende, vedtak.c.parameterrader)
        forste = set(map(tuple, conn.execute(sa.select(*kolonner))))
    kjor_ordning(kjort, "askeladden", replace(grunnlag, bitstorrelse=7))  # a new run: every case has its vedtak already
    with lesende(kjort.motor) as conn:
        assert set(map(tuple, conn.execute(sa.select(*kolonner)))) == forste


def test_godkjenning_og_fil(kjort, grunnlag):
    verk = finn("askeladden")
    (b,) = ventende(kjort, "askeladden")
    for av, neste in (("kari", "attestert"), ("bjørn", "disponert")):
        with pytest.raises(Ordningsfeil, match="kan ikke sendes") as feil:
            betal_godkjente(kjort, verk, b.bunt_id, "kari")
        assert feil.value.kode == 4
        with pytest.raises(Ordningsfeil, match="laget bunten"):
            godkjenn_bunt(kjort, b, "ola", b.antall)
        with pytest.raises(Ordningsfeil, match="ikke innholdet"):
            godkjenn_bunt(kjort, b, av, b.antall + 1)
        b = godkjenn_bunt(kjort, b, av, b.antall)
        assert b.tilstand == neste
    (s,) = betal_godkjente(kjort, verk, "", "ola")
    summer = kontroller_fil(kjort.betalingsmappe / s["fil"].rsplit("/", 1)[1])
    assert (summer.antall, summer.sum_ore) == (b.antall, b.sum_ore)
    innhold = (kjort.betalingsmappe / s["fil"].rsplit("/", 1)[1]).read_bytes()
    (igjen,) = betal_godkjente(kjort, verk, "", "ola")
    assert not igjen["ny"]
    assert igjen["sha256"] == s["sha256"]
    assert (kjort.betalingsmappe / s["fil"].rsplit("/", 1)[1]).read_bytes() == innhold
    assert len(list(kjort.betalingsmappe.iterdir())) == 1


def test_svar_tar_opp_igjen_akkurat_de_sakene(kjort, grunnlag, tmp_path):
    verk = finn("askeladden")
    foer = _tilstander(kjort)
    liste = sporsmalsliste(kjort, "askeladden")
    assert set(liste["til"]) == {"arbeidsgiver", "person"}
    assert skriv_sporsmal(kjort, "askeladden", tmp_path / "sporsmal.csv", "ola") == len(liste)
    assert (tmp_path / "sporsmal.csv").stat().st_mode & 0o777 == 0o600
    utfylt = pd.read_csv(tmp_path / "sporsmal.csv", sep=";", dtype=str, encoding="utf-8-sig", keep_default_na=False)
    assert utfylt["gjelder"].str.fullmatch(r"\d{6} \d{5}").all()
    utfylt["svar"] = utfylt["felt"].map({"inntekt": "42 500,50", "oppgitt_lønn": "31 000", "har_bortforklaring": "ja"})
    utfylt.to_csv(tmp_path / "svar.csv", sep=";", index=False)
    antall = les_svar(kjort, verk, tmp_path / "svar.csv", "kari")
    assert antall["nye"] == len(liste)
    assert les_svar(kjort, verk, tmp_path / "svar.csv", "kari")["nye"] == 0
    kjor_ordning(kjort, "askeladden", Grunnlag(vedtaksdato=grunnlag.vedtaksdato, hentet=grunnlag.hentet, laget_av="ola"))
    etter = _tilstander(kjort)
    endret = {s for s in foer if foer[s] != etter[s]}
    assert endret
    assert {foer[s] for s in endret} == {"sporsmal"}
    assert Counter(etter[s] for s in endret)["innvilget"] > 0
    t = tall_for(kjort, verk)
    assert t["sum_ore"] == sum(b["sum_ore"] for b in t["bunter"])
    assert t["sporsmal"] == 0
    assert len(t["bunter"]) == 2


def test_uleselig_svar_gir_linje_og_lagrer_ingenting(kjort, grunnlag, tmp_path):
    verk = finn("askeladden")
    liste = sporsmalsliste(kjort, "askeladden").assign(svar="mye", begrunnelse="", gitt_av="")
    liste.to_csv(tmp_path / "svar.csv", sep=";", index=False)
    foer = hash_av(kjort)
    with pytest.raises(Ordningsfeil, match="linje 2, kolonne svar"):
        les_svar(kjort, verk, tmp_path / "svar.csv", "kari")
    assert hash_av(kjort) == foer


def _tilstander(rom) -> dict[str, str]:
    with lesende(rom.motor) as conn:
        return dict(map(tuple, conn.execute(sa.select(sak.c.sak_id, sak.c.tilstand))))


def test_endret_soknad_med_samme_id_blir_oppdaget(kjort, grunnlag, tmp_path):
    tekst = grunnlag.soknader[0].read_text("utf-8").splitlines()
    felter = tekst[1].split(";")
    plass = tekst[0].split(";").index("grad")
    felter[plass] = "50 %" if felter[plass] != "50 %" else "100 %"
    endret = tmp_path / "endret.csv"
    endret.write_text("\n".join([tekst[0], ";".join(felter), tekst[2]]) + "\n", "utf-8")
    kjor_ordning(kjort, "askeladden", replace(grunnlag, soknader=(endret,)))
    with lesende(kjort.motor) as conn:
        assert conn.scalar(sa.select(sa.func.count()).select_from(soknad)) == 300
        lev = conn.execute(sa.select(leveranse).where(leveranse.c.filnavn == "endret.csv")).one()
    assert (lev.linjer_inn, lev.akseptert, lev.karantene) == (2, 1, 1)


def test_avspilling_gir_de_samme_bytene(kjort, grunnlag):
    antall, ulike = spill_av(kjort, finn("askeladden"))
    assert antall > 200
    assert ulike == []


def test_avspilling_merker_en_endret_sats(kjort, grunnlag):
    from decimal import Decimal

    verk = finn("askeladden")
    rad = next(p for p in verk.parametre if p.navn == "dagsfaktor")
    assert spill_av(kjort, verk.med_parameter(rad, rad.verdi + Decimal("0.001")))[1]


def test_forklaring_av_et_avslag(kjort, grunnlag):
    with lesende(kjort.motor) as conn:
        rad = conn.execute(
            sa.select(soknad.c.soknad_id, vedtak.c.avgjorende)
            .join(vedtak, vedtak.c.sak_id == soknad.c.sak_id)
            .where(vedtak.c.utfall == "avslag")
            .limit(1)
        ).one()
    funnet = forklar_i(kjort, finn("askeladden"), rad.soknad_id)
    assert funnet.forklaring.utfall == "avslag"
    assert [x.navn for x in funnet.forklaring.ledd if x.avgjorde] == json.loads(rad.avgjorende)
    assert forklar_i(kjort, finn("askeladden"), "A-05").forklaring.avgjorende == ["ikke_kappspist", "god_forklaring"]
    with pytest.raises(Ordningsfeil, match="Fant ingen sak"):
        forklar_i(kjort, finn("askeladden"), "finnes ikke")


def test_rapporten_har_de_samme_tallene(kjort, grunnlag, tmp_path):
    verk = finn("askeladden")
    sti, tall = lag_rapport(kjort, verk, tmp_path / "r.html")
    t = tall_for(kjort, verk)
    assert (tall["mottatt"], tall["innvilget"], tall["innvilget_ore"], tall["avvik"]) == (300, t["innvilget"], t["sum_ore"], 0)
    assert sti.read_text("utf-8").count("<h1") == 1


def test_avkortet_uttrekk_stopper_og_etterlater_ingenting(rom, grunnlag, tmp_path):
    kort = tmp_path / "inntekt.parquet"
    pd.read_parquet(grunnlag.inntekter[0], dtype_backend="numpy_nullable").head(200).to_parquet(kort)
    with pytest.raises(Ordningsfeil, match="inn_dekning_personer") as feil:
        kjor_ordning(rom, "askeladden", replace(grunnlag, inntekter=(kort,)))
    assert feil.value.kode == 3
    with lesende(rom.motor) as conn:
        assert set(conn.scalars(sa.select(sak.c.tilstand))) == {"mottatt"}
        assert conn.scalar(sa.select(sa.func.count()).select_from(vedtak)) == 0
        assert conn.scalar(sa.select(sa.func.count()).select_from(brev)) == 0


def test_venter_til_den_tiende(rom, grunnlag):
    """Income fetched before the 10th: the cases wait for the date, and go on when it has come."""
    tidlig = replace(grunnlag, hentet=dt.date(2020, 6, 5), vedtaksdato=dt.date(2020, 6, 5))
    kjor_ordning(rom, "askeladden", tidlig)
    with lesende(rom.motor) as conn:
        ventende_ = conn.execute(sa.select(sak.c.vent_til).where(sak.c.tilstand == "venter")).scalars().all()
    assert ventende_
    assert set(ventende_) == {dt.date(2020, 6, 10)}
    kjor_ordning(
        rom, "askeladden", Grunnlag(inntekter=grunnlag.inntekter, arbeidsforhold=grunnlag.arbeidsforhold, vedtaksdato=dt.date(2020, 6, 12))
    )
    with lesende(rom.motor) as conn:
        assert conn.scalar(sa.select(sa.func.count()).where(sak.c.tilstand == "venter")) == 0
