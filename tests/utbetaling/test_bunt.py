"""I04, I06, I07: the sums agree, nobody approves his own batch, and what is sent is what was approved."""

import datetime as dt

import pytest
import sqlalchemy as sa
from lagereksempel import DAG, GRENSER, NAA, ORDNING, bunt, enkel_skriver, fatt

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager import id as ider
from kjerne.lager import tabeller as t
from kjerne.lager.tilstand import tilstandshash
from kjerne.utbetaling import bunt as buntrom
from kjerne.utbetaling.bunt import Grenser, tilgjengelige_bunter, vis_bunt
from kjerne.utbetaling.buntlinje import Buntlinje, Summering, buntlinjer
from kjerne.utbetaling.godkjenning import godkjenn
from kjerne.utbetaling.utsending import filnavn, send


@pytest.fixture
def med_bunt(lager):
    with lager.begin() as conn:
        fatt(conn)
        return lager, bunt(conn).bunter[0]


def _godkjenn(motor, en, av="Ola", **endret):
    sett = {"innhold_sha256": en.innhold_sha256, "antall": en.antall, "sum_ore": en.sum_ore} | endret
    with motor.begin() as conn:
        return godkjenn(conn, en.bunt_id, av, naa=NAA, **sett)


def _send(motor, en, mappe, skriver=enkel_skriver):
    with motor.begin() as conn:
        return send(conn, en.bunt_id, "Ola", skriver, mappe, NAA)


def _hash(motor):
    with motor.connect() as conn:
        return tilstandshash(conn)


def test_bunten_har_alle_linjer_en_gang(lager):
    with lager.begin() as conn:
        tall = fatt(conn)
        summen = bunt(conn)
        assert (summen.antall, summen.sum_ore) == (tall["nye_linjer"], tall["sum_ore"])
        assert len(summen.bunter) == 1 and len(summen.bunter[0].bunt_id) <= 35
        assert bunt(conn) is None
        e2e = conn.scalars(sa.select(t.bunt_linje.c.ende_til_ende_id)).all()
        assert len(set(e2e)) == summen.antall and max(map(len, e2e)) <= 35


def test_uten_linjer_ingen_bunt(lager):
    with lager.begin() as conn:
        assert bunt(conn) is None


def test_stor_bunt_deles_likt_hver_gang(lager):
    grenser = Grenser(10_000_00, 250_00)
    delt = []
    for _ in range(2):
        with lager.connect() as conn:  # rolled back: the second time starts from the same
            fatt(conn)
            summen = bunt(conn, grenser)
            assert sum(b.sum_ore for b in summen.bunter) == summen.sum_ore
            assert all(b.sum_ore <= grenser.maks_per_bunt_ore for b in summen.bunter)
            delt.append([(b.bunt_id, b.antall, b.innhold_sha256) for b in summen.bunter])
    assert delt[0] == delt[1] and len(delt[0]) > 3


@pytest.mark.parametrize(
    ("grenser", "ord"), [(Grenser(100_03, 10**9), "per sak"), (Grenser(10**9, 100_03), "En linje")]
)
def test_over_grensen_stanser_bunten(lager, grenser, ord):
    with lager.begin() as conn:
        fatt(conn)
    for_hash = _hash(lager)
    with pytest.raises(Ordningsfeil, match=ord) as feil, lager.begin() as conn:
        bunt(conn, grenser)
    assert feil.value.kode == 5 and _hash(lager) == for_hash


def test_en_linje_som_er_lagt_til_etterpaa_stanser_bunten(lager):
    with lager.begin() as conn:
        fatt(conn)
        en = conn.execute(sa.select(t.linje)).first()._asdict()
        conn.execute(t.linje.insert().values(en | {"linje_id": ider.linje_id(en["vedtak_id"], 99), "nr": 99}))
    with pytest.raises(Ordningsfeil, match="ikke beløpet i vedtaket"), lager.begin() as conn:
        bunt(conn)


def test_en_ore_feil_i_den_ene_summeringen_stanser(lager, monkeypatch):
    with lager.begin() as conn:
        fatt(conn)
    riktig = Summering.ta_med

    def slurver(self, en):
        riktig(self, en)
        self.sum_ore += self.antall == 3

    monkeypatch.setattr(buntrom.Summering, "ta_med", slurver)
    with pytest.raises(Ordningsfeil, match="To uavhengige summeringer"), lager.begin() as conn:
        bunt(conn)


def test_hashen_skiller_hver_eneste_opplysning():
    linje = Buntlinje("l", "p", None, "86011117947", "k", DAG, DAG, 100)
    andre = [linje._replace(linje_id="m"), linje._replace(person_id="q"), linje._replace(person_id=None, orgnr="p"),
             linje._replace(konto="1"), linje._replace(klasse="j"), linje._replace(fom=DAG - dt.timedelta(1)),
             linje._replace(tom=DAG + dt.timedelta(1)), linje._replace(belop_ore=101)]  # fmt: skip
    assert len({en.kanonisk() for en in [linje, *andre]}) == len(andre) + 1


def test_den_som_laget_bunten_kan_ikke_godkjenne(med_bunt):
    motor, en = med_bunt
    for av in ("Kari", " kari ", "KARI", ""):
        with pytest.raises(Ordningsfeil) as feil:
            _godkjenn(motor, en, av)
        assert feil.value.kode == 4
        with pytest.raises(sa.exc.IntegrityError), motor.begin() as conn:  # and the database says so by itself
            conn.execute(t.bunt_hendelse.insert().values(bunt_id=en.bunt_id, hendelse="godkjent", av=av,
                                                         innhold_sha256=en.innhold_sha256, tid=NAA))  # fmt: skip


def test_godkjenningen_gjelder_bare_det_som_ble_vist(med_bunt):
    motor, en = med_bunt
    for endret in ({"innhold_sha256": "0" * 64}, {"antall": en.antall + 1}, {"sum_ore": en.sum_ore - 1}):
        with pytest.raises(Ordningsfeil, match="ikke innholdet"):
            _godkjenn(motor, en, **endret)
    with pytest.raises(sa.exc.IntegrityError), motor.begin() as conn:
        conn.execute(t.bunt_hendelse.insert().values(bunt_id=en.bunt_id, hendelse="godkjent", av="Ola",
                                                     innhold_sha256="0" * 64, tid=NAA))  # fmt: skip
    assert _godkjenn(motor, en).tilstand == "godkjent"
    assert _godkjenn(motor, en).godkjent_av == "Ola"
    with pytest.raises(Ordningsfeil, match="allerede godkjent av Ola"):
        _godkjenn(motor, en, "Per")


def _smugle_inn_linje(conn, en):
    """A line of another vedtak goes straight into the batch, past the program."""
    ny = conn.execute(sa.select(t.linje)).first()._asdict()
    ny |= {"linje_id": ider.linje_id(ny["vedtak_id"], 99), "nr": 99}
    conn.execute(t.linje.insert().values(ny))
    conn.execute(t.bunt_linje.insert().values(linje_id=ny["linje_id"], bunt_id=en.bunt_id, ende_til_ende_id="smuglet"))


def test_en_linje_smuglet_inn_foer_godkjenning_oppdages(med_bunt):
    motor, en = med_bunt
    with motor.begin() as conn:
        _smugle_inn_linje(conn, en)
    with pytest.raises(Ordningsfeil, match="ikke de som bunten ble laget av"):
        _godkjenn(motor, en)


def test_en_linje_kan_ikke_smugles_inn_etter_godkjenning(med_bunt):
    motor, en = med_bunt
    _godkjenn(motor, en)
    with pytest.raises(sa.exc.IntegrityError, match="tar ikke flere linjer"), motor.begin() as conn:
        _smugle_inn_linje(conn, en)


def test_ingen_fil_uten_godkjenning(med_bunt, tmp_path):
    motor, en = med_bunt
    with pytest.raises(Ordningsfeil, match="ikke godkjent"):
        _send(motor, en, tmp_path / "ut")
    with pytest.raises(sa.exc.IntegrityError), motor.begin() as conn:
        conn.execute(t.bunt_hendelse.insert().values(bunt_id=en.bunt_id, hendelse="sendt", av="Ola", fil_sha256="f",
                                                     innhold_sha256=en.innhold_sha256, tid=NAA))  # fmt: skip
    assert not (tmp_path / "ut").exists()


def test_sendes_en_gang_og_aldri_igjen(med_bunt, tmp_path):
    motor, en = med_bunt
    _godkjenn(motor, en)
    forste = _send(motor, en, tmp_path)
    fil = tmp_path / forste.filnavn
    assert forste.ny and fil.stat().st_mode & 0o777 == 0o600
    assert len(fil.read_bytes().splitlines()) == en.antall + 1
    fil.unlink()  # the bank has fetched it
    andre = _send(motor, en, tmp_path)
    assert not andre.ny and andre.fil_sha256 == forste.fil_sha256
    assert not fil.exists()
    with motor.connect() as conn:
        assert vis_bunt(conn, en.bunt_id).tilstand == "sendt"


def test_en_fremmed_fil_med_samme_navn_stanser_alt(med_bunt, tmp_path):
    motor, en = med_bunt
    en = _godkjenn(motor, en)
    (tmp_path / filnavn(en)).write_text("noe annet")
    for_hash = _hash(motor)
    with pytest.raises(Ordningsfeil, match="annet innhold"):
        _send(motor, en, tmp_path)
    assert _hash(motor) == for_hash
    assert [f.name for f in tmp_path.glob("*") if f.suffix == ".xml"] == [filnavn(en)]
    assert (tmp_path / filnavn(en)).read_text() == "noe annet"


def test_en_skriver_som_svikter_eller_slurver_gir_ingen_fil(med_bunt, tmp_path):
    motor, en = med_bunt
    _godkjenn(motor, en)

    def leser_ikke_alt(hode, linjer, fil):
        fil.write(b"x" + repr(next(iter(linjer))).encode())

    def svikter(hode, linjer, fil):
        list(linjer)
        raise OSError("disken er full")

    for_hash = _hash(motor)
    for skriver in (leser_ikke_alt, svikter):
        with pytest.raises((Ordningsfeil, OSError)):
            _send(motor, en, tmp_path / "ut", skriver)
    assert list((tmp_path / "ut").iterdir()) == [] and _hash(motor) == for_hash


def test_oversikt_over_bunter(med_bunt):
    motor, en = med_bunt
    with motor.connect() as conn:
        assert tilgjengelige_bunter(conn, ORDNING, "k1") == [en]
        assert tilgjengelige_bunter(conn, "annen") == []
        assert sum(linje.belop_ore for linje in buntlinjer(conn, en.bunt_id)) == en.sum_ore
        assert en.sum_ore <= GRENSER.maks_per_bunt_ore and en.laget_tid == NAA
    with pytest.raises(Ordningsfeil, match="finnes ikke"), motor.begin() as conn:
        vis_bunt(conn, "tull")
