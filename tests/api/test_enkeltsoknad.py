"""One application over HTTP: stored as a file would store it, answered once, asked about, and taken up by a run."""

import datetime as dt
import json
import threading

import pytest
import sqlalchemy as sa
from apitjener import ORDNING, Tjener

from kjerne.drift.klokke import Stillklokke
from kjerne.kjoring.helt import kjor_ordning
from kjerne.kjoring.rom import Arbeidsrom, Grunnlag
from kjerne.lager.tabeller import innsending, leveranse, person, sak, soknad, vedtak
from kjerne.mottak import fakta_json, ramme_av_soknader
from kjerne.mottak.form import syntetisk_person

DAG = dt.date(2020, 7, 15)


def antall(motor, tabell) -> int:
    with motor.connect() as conn:
        return conn.scalar(sa.select(sa.func.count()).select_from(tabell))


def test_lagres_som_fra_en_fil_og_kan_spores(tjener, svar, lager):
    en = tjener.sok(svar)
    assert (en.status, en.hoder["content-type"]) == (201, "application/json") and en.hoder["location"] == en.json["status"]
    with lager.connect() as conn:
        rad = conn.execute(sa.select(soknad, sak.c.tilstand, person.c.ident).join(sak, sak.c.sak_id == soknad.c.sak_id)
                           .join(person, person.c.person_id == soknad.c.person_id)).one()  # fmt: skip
        levert = conn.execute(sa.select(leveranse).where(leveranse.c.leveranse_id == rad.leveranse_id)).one()
    ramme = ramme_av_soknader([tjener.form.les(dict(svar))], tjener.form.manifest)
    assert rad.fakta == fakta_json(ramme, tjener.form.manifest)[0]
    assert (rad.sak_id, rad.konto, rad.ident, rad.tilstand) == (en.json["sak_id"], svar["kontonummer"], svar["fodselsnummer"], "mottatt")
    assert (levert.format, levert.linjer_inn, levert.akseptert) == ("api", 1, 1)
    status = tjener.kall("GET", en.json["status"])
    assert status.json == {"sak_id": rad.sak_id, "ordning": ORDNING, "mottatt_dato": rad.mottatt_dato.isoformat(), "status": "mottatt"}


@pytest.mark.parametrize("sti", ["/status/x", "/status/" + "0" * 36, "/status/6f1b2c1e-2a51-4b7e-9a5e-5d0f0c6f7a11", "/kvittering/x"])
def test_ukjent_sak_er_404(tjener, sti):
    assert tjener.kall("GET", sti).status == 404


def test_samme_nokkel(tjener, svar, lager):
    """I02: reordered and otherwise written is the same; anything else is refused, and leaves nothing behind."""
    forst = tjener.sok(svar, "nokkel-en")
    snudd = dict(reversed(svar.items())) | {"oppgitt_lønn": "12 345,5 kr", "grad": "50 %"}
    assert tjener.sok(snudd, "nokkel-en").json == tjener.sok(svar, '"nokkel-en"').json == forst.json
    for endret in ({"grad": 51}, {"fodselsnummer": syntetisk_person(7)}, {"kontonummer": ""}, {"maalform": "nn"}):
        igjen = tjener.sok(svar | endret, "nokkel-en")
        assert (igjen.status, igjen.json["type"]) == (422, "urn:ordning:problem:nokkel-brukt"), endret
    assert tjener.sok(svar, "nokkel-to").json["sak_id"] != forst.json["sak_id"]
    assert [antall(lager, t) for t in (soknad, sak, innsending, leveranse, person)] == [2, 2, 2, 2, 1]


def test_eget_fodselsnummer_er_ingen_konto(tjener, svar, lager):
    """Somebody else's number may be an account by chance."""
    nei = tjener.sok(svar | {"kontonummer": svar["fodselsnummer"]})
    tekst = json.dumps(nei.json, ensure_ascii=False)
    assert nei.status == 422 and "er fødselsnummeret til søkeren, ikke et kontonummer" in tekst and svar["fodselsnummer"] not in tekst
    assert antall(lager, soknad) == antall(lager, person) == 0
    assert tjener.sok(svar | {"kontonummer": syntetisk_person(7)}).status == 201


def test_64_samtidige_paa_samme_nokkel(tjener, svar, lager):
    """I02 raced: 64 clients, 12 keys, two bodies for each key. One row per key, and every answer is about that row."""
    runder, traader = 12, 64
    utfall: list[dict] = [{} for _ in range(runder)]
    start = threading.Barrier(traader)

    def klient(nr: int) -> None:
        for runde in range(runder):
            start.wait(60)
            grad = 10 + nr % 2
            en = tjener.sok(svar | {"grad": grad}, f"runde-{runde:04d}")
            utfall[runde][nr] = (grad, en.status, en.json.get("sak_id"))

    traadene = [threading.Thread(target=klient, args=(nr,)) for nr in range(traader)]
    for t in traadene:
        t.start()
    for t in traadene:
        t.join()
    with lager.connect() as conn:
        lagret = {r.sak_id: json.loads(r.fakta)["grad"] for r in conn.execute(sa.select(soknad.c.sak_id, soknad.c.fakta))}
    assert len(lagret) == runder and all(len(u) == traader for u in utfall)
    for runde in utfall:
        vant = {sak_id for _, status, sak_id in runde.values() if status == 201}
        assert len(vant) == 1
        grad = round(float(lagret[vant.pop()]) * 100)
        assert all((status == 201) == (g == grad) and status in (201, 422) for g, status, _ in runde.values())


def test_to_prosesser_paa_samme_nokkel(lager, svar, tjener, tmp_path):
    """Two services on one database: the constraint decides, not the memory of one of them."""
    with Tjener(lager, tmp_path / "to") as to:
        svarene, start = [], threading.Barrier(32)

        def klient(nr: int) -> None:
            start.wait(60)
            for runde in range(8):
                svarene.append((runde, (tjener, to)[nr % 2].sok(svar, f"delt-{runde:04d}")))

        traadene = [threading.Thread(target=klient, args=(nr,)) for nr in range(32)]
        for t in traadene:
            t.start()
        for t in traadene:
            t.join()
    assert len(svarene) == 256 and {s.status for _, s in svarene} == {201}
    assert len({(r, s.json["sak_id"], s.json["mottatt"]) for r, s in svarene}) == 8 == antall(lager, soknad)


def test_en_kjoring_uten_fil_tar_det_som_er_kommet(lager, tmp_path, svar, tjener):
    """Two runs the same day: each takes what has come since the last one."""
    rom = Arbeidsrom(tmp_path / "data", lager, Stillklokke(DAG))
    kjoringer = []
    for nummer in (0, 50, 50):
        if nummer not in kjoringer:
            assert tjener.sok(svar | {"fodselsnummer": syntetisk_person(nummer), "jaget_fra": "2020-04-01"}).status == 201
        utfall = kjor_ordning(rom, ORDNING, Grunnlag(vedtaksdato=DAG, laget_av="ola"))
        tall = utfall.som_dict(rom)
        assert tall["mottatt"] == 1 + bool(nummer) and tall["venter_fordelt"]["ubehandlet"] == 0
        kjoringer += [nummer, utfall.kjoring.id]
    assert len(set(kjoringer[1::2])) == 2  # the third had nothing new to take, and is the second
    with lager.connect() as conn:
        tilstander = conn.scalars(sa.select(sak.c.tilstand)).all()
        assert "mottatt" not in tilstander and len(tilstander) == 2
        assert conn.scalar(sa.select(sa.func.count()).select_from(vedtak)) == sum(t in ("innvilget", "avslag") for t in tilstander)


def test_lukket_ordning_tar_ikke_imot(tjener, svar, monkeypatch):
    lukket = tjener.form.manifest.model_copy(update={"tilstand": "lukket"})
    monkeypatch.setitem(tjener.form.__dict__, "manifest", lukket)
    assert tjener.sok(svar).status == 410
    assert "tar ikke imot" in tjener.kall("GET", f"/skjema/{ORDNING}").tekst
    assert ORDNING not in tjener.kall("GET", "/").tekst


def test_ikke_godkjent_ordning_tar_ikke_ekte_personer(lager, tmp_path, svar):
    """The fictional scheme asks for godkjent, but nobody has signed it: with real people let in, the door is shut."""
    with Tjener(lager, tmp_path / "prod", krev_syntetisk=False) as t:
        assert (t.sok(svar).status, t.sok(svar).json["type"]) == (409, "urn:ordning:problem:ikke-aapnet")


def test_tallene_er_uten_personer(tjener, svar):
    en = tjener.sok(svar)
    tjener.kall("GET", f"/{svar['fodselsnummer']}")
    tekst = tjener.kall("GET", "/metrics").tekst
    assert f'ordning_soknader_total{{ordning="{ORDNING}",utfall="tatt imot"}} 1.0' in tekst
    assert svar["fodselsnummer"] not in tekst and en.json["sak_id"] not in tekst and 'rute="annet"' in tekst
    assert tjener.kall("GET", "/isalive").tekst == "lever" and tjener.kall("GET", "/isready").tekst == "klar"


@pytest.mark.parametrize("nytt_lager", ["PostgreSQL"], indirect=True)
def test_forbindelsene_til_databasen_er_hoyst_16(lager):
    assert lager.pool.size() + lager.pool._max_overflow <= 16
