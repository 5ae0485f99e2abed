"""I04, I06, I07: the sums agree, nobody approves his own batch, and what is sent is what was approved."""

import datetime as dt
from dataclasses import replace

import pytest
import sqlalchemy as sa
from lagereksempel import DAG, GRENSER, NAA, ORDNING, EnkelSkriver, bunt, fatt, godkjenn, send_bunt

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager import id as ider
from kjerne.lager import tabeller as t
from kjerne.lager.tilstand import tilstandshash
from kjerne.utbetaling import buntlaging
from kjerne.utbetaling.bunt import tilgjengelige_bunter, vis_bunt
from kjerne.utbetaling.buntlaging import Grenser, lag_bunt
from kjerne.utbetaling.buntlinje import Buntlinje, Summering, buntlinjer
from kjerne.utbetaling.godkjenning import Sett, attester, disponer
from kjerne.utbetaling.hendelse import ny_hendelse
from kjerne.utbetaling.utsending import filnavn


@pytest.fixture
def med_bunt(lager):
    with lager.begin() as conn:
        fatt(conn)
        return lager, bunt(conn).bunter[0]


def _attester(motor, en, av="Ola", **endret):
    with motor.begin() as conn:
        return attester(conn, en.bunt_id, av, replace(Sett.av_bunt(en), **endret), NAA)


def _rad(en, handling, til, av, nr=2, **annet):
    """An event as somebody would write it past the program."""
    person = annet.pop("person", av.strip(" ").lower())
    return t.bunt_hendelse.insert().values({"bunt_id": en.bunt_id, "nr": nr, "handling": handling, "tilstand": til, "av": av,
                                            "person": person, "innhold_sha256": en.innhold_sha256, "tid": NAA} | annet)  # fmt: skip


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

    monkeypatch.setattr(buntlaging.Summering, "ta_med", slurver)
    with pytest.raises(Ordningsfeil, match="To uavhengige summeringer"), lager.begin() as conn:
        bunt(conn)


def test_hashen_skiller_hver_eneste_opplysning():
    linje = Buntlinje("l", 1, "p", None, "86011117947", "k", DAG, DAG, 100)
    andre = [linje._replace(linje_id="m"), linje._replace(forsok=2), linje._replace(person_id="q"),
             linje._replace(person_id=None, orgnr="p"),
             linje._replace(konto="1"), linje._replace(klasse="j"), linje._replace(fom=DAG - dt.timedelta(1)),
             linje._replace(tom=DAG + dt.timedelta(1)), linje._replace(belop_ore=101)]  # fmt: skip
    assert len({en.kanonisk() for en in [linje, *andre]}) == len(andre) + 1


def test_den_som_laget_bunten_kan_ikke_attestere(med_bunt):
    motor, en = med_bunt
    for av in ("Kari", " kari ", "KARI", ""):
        with pytest.raises(Ordningsfeil) as feil:
            _attester(motor, en, av)
        assert feil.value.kode == 4
        with pytest.raises(sa.exc.IntegrityError), motor.begin() as conn:  # and the database says so by itself
            conn.execute(_rad(en, "attester", "attestert", av))


def test_den_som_attesterte_kan_ikke_disponere_og_den_som_laget_kan_ingen_av_delene(med_bunt):
    motor, en = med_bunt
    _attester(motor, en)
    for av in ("Ola", " OLA", "Kari"):
        with pytest.raises(Ordningsfeil, match="kan ikke"), motor.begin() as conn:
            disponer(conn, en.bunt_id, av, Sett.av_bunt(en), [], NAA)
        with pytest.raises(sa.exc.IntegrityError, match="kan ikke|ikke ført"), motor.begin() as conn:
            conn.execute(_rad(en, "disponer", "disponert", av, nr=3))
    with pytest.raises(sa.exc.IntegrityError, match="ikke den som står bak|ikke ført"), motor.begin() as conn:
        conn.execute(_rad(en, "disponer", "disponert", "Ola", nr=3, person="per"))
    with motor.begin() as conn:
        assert disponer(conn, en.bunt_id, "Per", Sett.av_bunt(en), [], NAA).tilstand == "disponert"


def test_godkjenningen_gjelder_bare_det_som_ble_vist(med_bunt):
    motor, en = med_bunt
    for endret in ({"innhold_sha256": "0" * 64}, {"antall": en.antall + 1}, {"sum_ore": en.sum_ore - 1}):
        with pytest.raises(Ordningsfeil, match="ikke innholdet"):
            _attester(motor, en, **endret)
    with pytest.raises(sa.exc.IntegrityError), motor.begin() as conn:
        conn.execute(_rad(en, "attester", "attestert", "Ola", innhold_sha256="0" * 64))
    assert _attester(motor, en).tilstand == "attestert"
    assert _attester(motor, en).av("attester") == "Ola"
    with pytest.raises(Ordningsfeil, match="alt attestert av Ola"):
        _attester(motor, en, "Per")


def _smugle_inn_linje(conn, en):
    """A line of another vedtak goes straight into the batch, past the program."""
    ny = conn.execute(sa.select(t.linje)).first()._asdict()
    ny |= {"linje_id": ider.linje_id(ny["vedtak_id"], 99), "nr": 99}
    conn.execute(t.linje.insert().values(ny))
    conn.execute(t.bunt_linje.insert().values(
        linje_id=ny["linje_id"], forsok=1, bunt_id=en.bunt_id, konto=ny["konto"], ende_til_ende_id="smuglet"))  # fmt: skip


def test_en_linje_smuglet_inn_foer_kontrollen_oppdages(lager):
    with lager.begin() as conn:
        fatt(conn)
        en = lag_bunt(conn, ORDNING, "k1", "Kari", DAG, GRENSER, NAA).bunter[0]
        _smugle_inn_linje(conn, en)
        ny_hendelse(conn, en, "kontroller", "system", NAA)
    with pytest.raises(Ordningsfeil, match="ikke de som bunten ble laget av"):
        _attester(lager, en)


def test_en_linje_kan_ikke_smugles_inn_etter_kontrollen(med_bunt):
    motor, en = med_bunt
    with pytest.raises(sa.exc.IntegrityError, match="tar ikke flere linjer"), motor.begin() as conn:
        _smugle_inn_linje(conn, en)


def test_ingen_fil_uten_godkjenning(med_bunt, tmp_path):
    motor, en = med_bunt
    for _ in range(2):
        with pytest.raises(Ordningsfeil, match="kan ikke sendes"):
            send_bunt(motor, en, tmp_path / "ut")
        with pytest.raises(sa.exc.IntegrityError, match="kan ikke gå dit|ikke ført i hovedboken"), motor.begin() as conn:
            conn.execute(_rad(en, "send", "sendt", "Ola", nr=len(en.hendelser) + 1, fil_sha256="f"))
        en = _attester(motor, en)  # one of two is not enough
    assert not (tmp_path / "ut").exists()


def test_sendes_en_gang_og_aldri_igjen(med_bunt, tmp_path):
    motor, en = med_bunt
    godkjenn(motor, en)
    forste = send_bunt(motor, en, tmp_path)
    fil = tmp_path / forste.filnavn
    assert forste.ny and fil.stat().st_mode & 0o777 == 0o600
    assert len(fil.read_bytes().splitlines()) == en.antall + 1
    fil.unlink()  # the bank has fetched it
    andre = send_bunt(motor, en, tmp_path)
    assert not andre.ny and andre.fil_sha256 == forste.fil_sha256
    assert not fil.exists()
    with motor.connect() as conn:
        assert vis_bunt(conn, en.bunt_id).tilstand == "sendt"


def test_en_fremmed_fil_med_samme_navn_stanser_alt(med_bunt, tmp_path):
    motor, en = med_bunt
    en = godkjenn(motor, en)
    (tmp_path / filnavn(en)).write_text("noe annet")
    for_hash = _hash(motor)
    with pytest.raises(Ordningsfeil, match="annet innhold"):
        send_bunt(motor, en, tmp_path)
    assert _hash(motor) == for_hash
    assert [f.name for f in tmp_path.glob("*") if f.suffix == ".xml"] == [filnavn(en)]
    assert (tmp_path / filnavn(en)).read_text() == "noe annet"


def test_en_skriver_som_svikter_eller_slurver_gir_ingen_fil(med_bunt, tmp_path):
    motor, en = med_bunt
    godkjenn(motor, en)

    class LeserIkkeAlt(EnkelSkriver):
        def __call__(self, hode, linjer, fil):
            fil.write(b"x" + repr(next(iter(linjer))).encode())

    class Svikter(EnkelSkriver):
        def __call__(self, hode, linjer, fil):
            list(linjer)
            raise OSError("disken er full")

    class EttOreFeil(EnkelSkriver):
        def les(self, sti):
            for nr, post in enumerate(super().les(sti)):
                yield post._replace(belop_ore=post.belop_ore + (nr == 2))

    for_hash = _hash(motor)
    for skriver in (LeserIkkeAlt(), Svikter(), EttOreFeil()):
        with pytest.raises((Ordningsfeil, OSError, AssertionError)):
            send_bunt(motor, en, tmp_path / "ut", skriver)
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
