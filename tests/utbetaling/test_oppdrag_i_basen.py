"""A case that is decided again and again, told to Oppdragssystemet from the database: what is sent is what a receiver would need."""

from __future__ import annotations

import datetime as dt
import io
import random
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa
from lagereksempel import DAG, FATT, NAA, ORDNING, godkjenn, lag_saker, prov, send_bunt

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager import tabeller as t
from kjerne.lager.kanonisk import json_tekst
from kjerne.lager.motor import lesende
from kjerne.lager.person import person_ider
from kjerne.utbetaling.buntlaging import Grenser, lag_bunt
from kjerne.utbetaling.format.formater import velg_format
from kjerne.utbetaling.hendelse import ny_hendelse
from kjerne.utbetaling.oppdrag import nedgang
from kjerne.utbetaling.oppdrag.kjeder import les_kjeder
from kjerne.utbetaling.oppdrag.meldinger import Avsender, ansattid, hode, meldinger
from kjerne.utbetaling.oppdrag.netto import buntens_poster, les_netto
from kjerne.utbetaling.oppdrag.plan import planlegg_bunt
from kjerne.utbetaling.oppdrag.rekkefolge import maa_vente
from kjerne.utbetaling.utsending import Skriver, send
from kjerne.vedtak.endring import differanse, netto
from kjerne.vedtak.fatte import fatt_vedtak
from kjerne.vedtak.omgjoring import lagre_versjoner

GRENSER = Grenser(1_000_000_00, 1_000_000_00)
AVSENDER = Avsender("EVENTYR", "ORDNING", "8020")
PERSON = "01810000000"  # month + 80
Perioder = list[tuple[int, int, int]]  # month, last day, kroner


def dager(mnd: int, siste: int) -> tuple[dt.date, dt.date]:
    return dt.date(2020, mnd, 1), dt.date(2020, mnd, siste)


class Sak:
    """One case in a database, and a receiver of its own that knows nothing but the messages."""

    def __init__(self, lager, mappe: Path) -> None:
        self.lager, self.mappe, self.versjon = lager, mappe, 0
        self.kjede: list[tuple[str, dt.date, dt.date, int]] = []  # what the receiver has: id, from, to, øre
        self.siste = ""
        self.kjent: dict[str, tuple] = {}
        with lager.begin() as conn:
            (self.sak_id,), (self.person_id,) = lag_saker(conn, 1), person_ider(conn, [PERSON])

    def linjer(self, perioder: Perioder) -> pd.DataFrame:
        rader = [(self.sak_id, nr, "søker", self.person_id, None, "86011117947", "stønad", *dager(m, s), kr * 100)
                 for nr, (m, s, kr) in enumerate(perioder, 1)]  # fmt: skip
        return pd.DataFrame(rader, columns=["sak_id", "nr", "rolle", "person_id", "orgnr", "konto", "klasse", "fom", "tom", "belop_ore"])

    def vedta(self, perioder: Perioder) -> None:
        self.versjon += 1
        linjer, sum_ore = self.linjer(perioder), sum(kr for *_, kr in perioder) * 100
        utfall = "innvilget" if perioder else "avslag"
        ramme = pd.DataFrame([{"sak_id": self.sak_id, "tilstand": utfall, "grunn": None, "utfall": utfall, "belop_ore": sum_ore,
                               "avgjorende": "[]", "begrunnelse": json_tekst({}), "parameterrader": "[]", "sporing_rad": 0}])  # fmt: skip
        if self.versjon == 1:
            with self.lager.begin() as conn:
                fatt_vedtak(conn, ramme=ramme, linjer=linjer, **FATT)
            return
        self._omgjor(ramme, linjer, sum_ore)

    def _omgjor(self, ramme: pd.DataFrame, linjer: pd.DataFrame, sum_ore: int) -> None:
        with self.lager.begin() as conn:
            tillegg, krav = differanse(netto(conn, ORDNING), linjer)
            pluss, minus = int(tillegg["belop_ore"].sum()), int(krav["belop_ore"].sum())
            v, id_ = t.vedtak.c, f"r{self.versjon}"
            forrige = conn.execute(sa.select(v.vedtak_id, v.utfall).where(v.versjon == self.versjon - 1)).one()
            conn.execute(t.revurdering.insert().values(
                revurdering_id=id_, ordning=ORDNING, aarsak="feil", grunn="feil", antall=1, til_ugunst=int(minus > 0), tillegg_ore=pluss,
                krav_ore=minus, vedtaksdato=DAG, innhold=id_, innhold_sha256=id_, foreslaatt_av="Anne", foreslaatt_tid=NAA))
            conn.execute(t.revurdering_hendelse.insert().values(
                revurdering_id=id_, hendelse="godkjent", av="hans.christian.andersen", innhold_sha256=id_, grunn="feil", tid=NAA))
            full = ramme.assign(versjon=self.versjon, for_utfall=forrige.utfall, for_ore=sum_ore - pluss + minus, etter_ore=sum_ore,
                                tillegg_ore=pluss, krav_ore=minus, til_ugunst=int(minus > 0), rettighet=None, snapshot_id=None,
                                forrige_vedtak_id=forrige.vedtak_id, fingeravtrykk="f", sporing_id="t", kjoring_id="k1")
            lagre_versjoner(conn, ordning=ORDNING, revurdering_id=id_, ramme=full, linjer=tillegg, krav=krav, perioder=linjer,
                            fattet_dato=DAG, naa=NAA)

    def bunt(self):
        with self.lager.begin() as conn:
            ny = lag_bunt(conn, ORDNING, "k1", "Kari", DAG, GRENSER, NAA, maa_vente(ORDNING))
            return ny and ny_hendelse(conn, ny.bunter[0], "kontroller", "system", NAA)

    def send_bunt(self):
        """The messages of the next batch; None when there is nothing to pay."""
        if (en := self.bunt()) is None:
            return None
        denne = godkjenn(self.lager, en)
        planlegg_bunt(self.lager, denne, lambda: NAA)
        with lesende(self.lager) as conn:
            egen = Egen(conn, denne.bunt_id)
            s = send(self.lager, denne.bunt_id, "Kari", egen, self.mappe, lambda: NAA, prov=prov, etter=lambda *_: None)
        return self.motta(denne.bunt_id, self.mappe / s.filnavn)

    def send_nedgang(self):
        with self.lager.begin() as conn:
            if not (fil_id := nedgang.planlegg(conn, ORDNING, lambda _: NAA)):
                return None
            nedgang.merk(conn, fil_id, "sendt", "Kari", NAA, "sha")
        sti = self.mappe / fil_id
        with lesende(self.lager) as conn:
            self.mappe.mkdir(exist_ok=True)
            with sti.open("wb") as fil:
                velg_format("oppdrag").skriv(hode(conn, fil_id, AVSENDER), meldinger(conn, fil_id), fil)
            ventet = nedgang.ventet_netto(conn, fil_id)
            assert {sak: ore for sak, _, ore, _ in les_netto(conn, fil_id, sti)} == ventet
        return self.motta(fil_id, sti)

    def motta(self, fil_id: str, sti: Path):
        with sti.open("rb") as fil:
            (melding,) = velg_format("oppdrag").les(fil)[1]
        assert melding.ny == (not self.siste) and melding.gjelder_id == PERSON
        for en in melding.linjer:
            self._ta_imot(en)
        self.svar(fil_id, melding.fagsystem_id, "00")
        return melding

    def _ta_imot(self, en) -> None:
        """As the public descriptions of the receiver say: a new line must refer to the last one, and takes all from its first day."""
        if en.opphor_fra:
            assert en.delytelse_id == self.siste and self.kjent[en.delytelse_id] == (en.fom, en.tom, en.sats_ore)
            self.kjede = [x for x in self.kjede if x[1] < en.opphor_fra]
            return
        assert en.ref_delytelse_id == self.siste and en.delytelse_id not in self.kjent
        self.kjent[en.delytelse_id] = (en.fom, en.tom, en.sats_ore)
        self.kjede = [*(x for x in self.kjede if x[1] < en.fom), (en.delytelse_id, en.fom, en.tom, en.sats_ore)]
        self.siste = en.delytelse_id

    def svar(self, fil_id: str, sak: str, grad: str, kode: str = "") -> None:
        with self.lager.begin() as conn:
            nr = conn.scalar(sa.select(sa.func.count()).select_from(t.oppdragssvar).where(t.oppdragssvar.c.fil_id == fil_id)) + 1
            conn.execute(t.oppdragssvar.insert().values(fil_id=fil_id, fagsystem_id=sak, nr=nr, alvorlighetsgrad=grad, kode=kode, tekst="",
                                                        svarfil_sha256=f"{fil_id}{nr}", tid=NAA))  # fmt: skip
            for ende in conn.scalars(sa.select(t.bunt_linje.c.ende_til_ende_id).where(t.bunt_linje.c.bunt_id == fil_id)).all():
                conn.execute(t.linjestand.insert().values(ende_til_ende_id=ende, nr=1, stand="oppgjort", kvittering_id=None, tid=NAA))

    def hos_mottakeren(self) -> list[tuple[dt.date, dt.date, int]]:
        return [x[1:] for x in self.kjede]


class Egen(Skriver):
    endelse = "oppdrag"

    def __init__(self, conn, bunt_id: str) -> None:
        self.conn, self.bunt_id = conn, bunt_id

    def __call__(self, denne, linjer, fil) -> None:
        assert sum(1 for _ in linjer) == denne.antall
        velg_format("oppdrag").skriv(hode(self.conn, self.bunt_id, AVSENDER), meldinger(self.conn, self.bunt_id), fil)

    def les(self, sti):
        return buntens_poster(self.conn, self.bunt_id, sti)


@pytest.fixture
def sak(lager, tmp_path) -> Sak:
    return Sak(lager, tmp_path / "ut")


def test_endret_periode_sender_de_senere_paa_nytt_og_stopp_er_opphor(sak):
    sak.vedta([(3, 31, 1000), (4, 30, 2000)])
    forste = sak.send_bunt()
    assert [(x.fom.month, x.sats_ore, x.ref_delytelse_id) for x in forste.linjer] == [
        (3, 1000_00, ""), (4, 2000_00, forste.linjer[0].delytelse_id)]  # fmt: skip
    sak.vedta([(3, 20, 1500), (4, 30, 2000)])
    endret = sak.send_bunt()
    assert [(x.fom.month, x.tom.day, x.sats_ore) for x in endret.linjer] == [(3, 20, 1500_00), (4, 30, 2000_00)]
    assert endret.linjer[0].ref_delytelse_id == forste.linjer[1].delytelse_id and endret.linjer[1].ref_delytelse_id
    sak.vedta([(3, 20, 1500)])
    assert sak.send_bunt() is None
    (stopp,) = (sist := sak.send_nedgang()).linjer
    assert stopp.opphor_fra == dt.date(2020, 4, 1)
    assert stopp._replace(opphor_fra=None, vedtak_id="") == endret.linjer[1]._replace(vedtak_id="")
    assert sist.saksbehandler == "anne" and sist.attestant == ansattid("hans.christian.andersen") and len(sist.attestant) == 8
    sak.vedta([(3, 20, 1500), (5, 31, 300)])
    (mai,) = sak.send_bunt().linjer
    assert mai.fom.month == 5 and mai.ref_delytelse_id == endret.linjer[1].delytelse_id
    sak.vedta([])
    assert sak.send_nedgang().linjer[0].opphor_fra == dt.date(2020, 3, 1) and sak.hos_mottakeren() == []


@pytest.mark.parametrize("fro", range(3))
def test_hva_som_helst_blir_til_slutt_det_vedtaket_sier(sak, fro):
    """Random versions, each a new set of months and sums: the receiver ends with the newest, and has always paid what the ledger says."""
    tilfeldig = random.Random(fro)
    for _ in range(12):
        maaneder = sorted(tilfeldig.sample(range(1, 7), tilfeldig.randint(0 if sak.versjon else 1, 4)))
        perioder = [(m, tilfeldig.choice((10, 28)), tilfeldig.randint(1, 4) * 1000) for m in maaneder]
        with sak.lager.connect() as conn:
            foer = netto(conn, ORDNING)["ore"].sum() if sak.versjon else 0
        if sum(kr for *_, kr in perioder) * 100 == foer:
            continue  # the same sum is no new version
        sak.vedta(perioder)
        svar = sak.send_bunt() or sak.send_nedgang()
        assert svar is not None
        assert sak.hos_mottakeren() == [(*dager(m, s), kr * 100) for m, s, kr in perioder]


def test_ubesvart_og_avvist(sak):
    sak.vedta([(3, 31, 1000)])
    en = godkjenn(sak.lager, sak.bunt())
    planlegg_bunt(sak.lager, en, lambda: NAA)
    planlegg_bunt(sak.lager, en, lambda: NAA + dt.timedelta(days=1))
    with lesende(sak.lager) as conn:
        rader = conn.execute(sa.select(t.oppdragslinje)).all()
        (kjede,) = les_kjeder(conn, [rader[0].fagsystem_id]).values()
        assert len(rader) == 1 and kjede.apen and not kjede.sendt
        assert conn.scalar(sa.select(t.oppdragsfil.c.nokkel)).startswith("2020-04-01")
    with pytest.raises(sa.exc.DBAPIError, match="oppdraget er ikke sendt"):
        sak.svar(en.bunt_id, rader[0].fagsystem_id, "00")
    with pytest.raises(sa.exc.DBAPIError, match="et oppdrag i saken er ikke besvart"), sak.lager.begin() as conn:
        conn.execute(t.oppdragsfil.insert().values(fil_id="annen", ordning=ORDNING, bunt_id=None, nokkel="annen", planlagt_tid=NAA))
        conn.execute(t.oppdragslinje.insert().values(rader[0]._asdict() | {"fil_id": "annen", "nr": 2}))


def test_stoppknappen_holder_ogsaa_det_som_tas_bort(sak):
    sak.vedta([(3, 31, 1000)])
    sak.send_bunt()
    sak.vedta([(3, 31, 400)])
    with sak.lager.begin() as conn:
        conn.execute(t.stopp.insert().values(nr=1, omfang="*", handling="stopp", grunn="noe er galt", av="kari", tid=NAA))
    with pytest.raises(Ordningsfeil, match="stoppet"):
        sak.send_nedgang()
    with pytest.raises(sa.exc.DBAPIError, match="utbetalingene er stoppet"), sak.lager.begin() as conn:
        fil_id = nedgang.planlegg(conn, ORDNING, lambda _: NAA)
        conn.execute(t.oppdragsfil_hendelse.insert().values(fil_id=fil_id, hendelse="sendt", av="kari", fil_sha256="x", tid=NAA))


def test_saksbehandler_og_attestant_er_to(sak):
    """The database knows that they are two people; the writer refuses a message that does not say so."""
    sak.vedta([(3, 31, 1000)])
    en = godkjenn(sak.lager, sak.bunt())
    planlegg_bunt(sak.lager, en, lambda: NAA)
    with lesende(sak.lager) as conn:
        (m,) = meldinger(conn, en.bunt_id)
        assert (m.saksbehandler, m.attestant) == ("kari", "ola")
        with pytest.raises(Ordningsfeil, match="samme person"):
            velg_format("oppdrag").skriv(hode(conn, en.bunt_id, AVSENDER), [m._replace(attestant="KARI")], io.BytesIO())


def test_planen_som_ikke_gir_buntens_sum_stopper(sak):
    """The line was paid in another format before the scheme changed: the receiver has nothing to build on."""
    sak.vedta([(3, 31, 1000)])
    send_bunt(sak.lager, godkjenn(sak.lager, sak.bunt()), sak.mappe)
    sak.vedta([(3, 31, 1500)])
    assert sak.bunt() is None, "det som ble betalt, er ikke gjort opp ennå"
    with sak.lager.begin() as conn:
        ny = lag_bunt(conn, ORDNING, "k1", "Kari", DAG, GRENSER, NAA)
        en = ny_hendelse(conn, ny.bunter[0], "kontroller", "system", NAA)
    with pytest.raises(Ordningsfeil, match="annen sum"):
        planlegg_bunt(sak.lager, godkjenn(sak.lager, en), lambda: NAA)
