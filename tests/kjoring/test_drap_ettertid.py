"""What is done to decisions and cases after the run, killed with SIGKILL at every named point and started again.

Each work is killed at one point after the other in one database, then left in peace; the state is that of a work that nobody
disturbed. On both databases.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from kjerne.drift.innstillinger import Innstillinger
from kjerne.drift.klokke import Stillklokke
from kjerne.kjoring import overstyring, saksbehandling, tilbakekreving
from kjerne.kjoring.attestering import avbryt_bunt, betal_godkjente, ventende
from kjerne.kjoring.avstemmingssteg import avstem
from kjerne.kjoring.betaling import bunt
from kjerne.kjoring.etterbrev import skriv_etterbrev
from kjerne.kjoring.helt import kjor_ordning
from kjerne.kjoring.innsending import Innsending, lagre_innsendinger
from kjerne.kjoring.kontrollsteg import avgjor, funn_som_venter
from kjerne.kjoring.kvitteringssteg import avviste, betal_avviste, les_kvitteringer
from kjerne.kjoring.revurdering import finn_endringer
from kjerne.kjoring.revurderingsforslag import foreslaa, godkjenn_forslag, les_forslag
from kjerne.kjoring.rom import Arbeidsrom, Grunnlag, Kjoring
from kjerne.kjoring.stoppknapp import bekreft_start, foresla_start, trykk
from kjerne.kontrakt.identer import lag_kontonr
from kjerne.lager.motor import aapne, lesende
from kjerne.lager.tabeller import kjoring, kvalitetsdom, metadata, sak, soknad, stopp
from kjerne.lager.tilstand import tilstandshash
from kjerne.mottak import Soknadsform
from kjerne.regelmotor.oppdagelse import finn
from kjerne.syntetisk.bank import svar_paa
from kjerne.syntetisk.oppdragssystem import AVVIST, meldinger
from kjerne.syntetisk.oppdragssystem import svar_paa as svar_fra_os
from kjerne.utbetaling.bunt import tilgjengelige_bunter
from kjerne.utbetaling.oppdrag.nedgang import NEDGANG_AVVIST
from kjerne.utbetaling.oppdrag.nedgang import filer as nedgangsfiler
from kjerne.utbetaling.tilstand import OVERGANGER, UTE
from kjerne.vedtak.fatte import AVGJORT
from kjerne.vedtak.saksbehandling import opplysninger
from tests.drap import drep_ved, merk_drap
from tests.kjoring.conftest import DAG, betal_alt, godkjenn_alt
from tests.kjoring.oppdragsordning import med_oppdrag
from tests.kjoring.test_linjekontroll import ANNEN_GAARD, GAARD, lag_vedtak
from tests.kjoring.test_revurdering import NED, OPP, REGEL, endre_regel
from tests.punkter import opptak

ORDNING = "askeladden"


def revurder(rom: Arbeidsrom) -> None:
    """As a person would: a proposal that stands is approved, and is not made once more."""
    verk = finn(ORDNING)
    venter = les_forslag(rom, ORDNING) or [foreslaa(rom, verk, finn_endringer(rom, verk, REGEL), "ola")]
    godkjenn_forslag(rom, verk, venter[0].revurdering_id, "kari", venter[0].antall, "satsen var feil")


def send_inn(rom: Arbeidsrom) -> None:
    """As a client would: the same applications with the same keys until it has an answer."""
    form = Soknadsform(finn(ORDNING).manifest)
    innhold = form.eksempel() | {"kontonummer": lag_kontonr(7)}
    lagre_innsendinger(rom, [Innsending(form, "klient", f"nokkel-{nr}", form.les(innhold)) for nr in range(3)])


def betalingsdag(rom: Arbeidsrom) -> None:
    """As operators would: each looks at where things are, and does what is not done. One batch is taken back, the next said no to, the
    third attested, disposed, stopped, started, sent, partly refused, reconciled; the refused are paid anew, and that batch is stopped."""
    for nr, (handling, av) in enumerate((("trekk", "ola"), ("avvis", "per"))):
        if len(_bunter(rom)) == nr + 1:
            for b in ventende(rom, ORDNING):
                avbryt_bunt(rom, b, handling, av, "feil dato")
        _ny_kjoring(rom, nr + 1)
    if not ventende(rom, ORDNING, tilstander=UTE):
        godkjenn_alt(rom)
    _stopp_og_start(rom)
    (s,) = betal_godkjente(rom, finn(ORDNING), "", "anne")
    svar = rom.data / "svar.xml"
    svar_paa(Path(s["fil"]), svar, dt.datetime(2020, 7, 17, 8, tzinfo=dt.UTC), avvis=0.1)
    les_kvitteringer(rom, svar, "ola")
    if igjen := [r["ende_til_ende_id"] for r in avviste(rom, ORDNING)]:
        betal_avviste(rom, ORDNING, igjen, None, "banken har rettet feilen hos seg", "anne")
    if ventende(rom, ORDNING, tilstander=("kvittert",)):
        avstem(rom, finn(ORDNING), "ola")
    _ny_kjoring(rom, 3)
    for b in ventende(rom, ORDNING):
        avbryt_bunt(rom, b, "stans", "kari", "ser feil ut")


def _bunter(rom: Arbeidsrom) -> list:
    with lesende(rom.motor) as conn:
        return tilgjengelige_bunter(conn, ORDNING)


def _ny_kjoring(rom: Arbeidsrom, bunter: int) -> None:
    """A run that makes one batch more than these, unless it is done; begun again, it ends what it has begun."""
    if len(_bunter(rom)) == bunter or (len(_bunter(rom)) == bunter + 1 and _uferdig(rom)):
        kjor_ordning(rom, ORDNING, Grunnlag(vedtaksdato=DAG, laget_av="ola"))


def _uferdig(rom: Arbeidsrom) -> bool:
    with lesende(rom.motor) as conn:
        return conn.scalar(sa.select(kjoring.c.kjoring_id).where(kjoring.c.tilstand != "ferdig").limit(1)) is not None


def _stopp_og_start(rom: Arbeidsrom) -> None:
    if not ventende(rom, ORDNING, tilstander=("disponert",)):
        return
    handlinger = _stopphandlinger(rom)
    if not handlinger:
        trykk(rom, ORDNING, "mistanke om feil", "kari")
    if len(handlinger) < 2:
        foresla_start(rom, ORDNING, "det var ingenting", "ola")
    if len(handlinger) < 3:
        bekreft_start(rom, ORDNING, "enig", "kari")


def _stopphandlinger(rom: Arbeidsrom) -> list[str]:
    with lesende(rom.motor) as conn:
        return list(conn.scalars(sa.select(stopp.c.handling).order_by(stopp.c.nr)))


def oppdragsdag(rom: Arbeidsrom) -> None:
    """A day with Oppdragssystemet: the batch sent, one refused, reconciled; decided once more to less, which is told in a file of its
    own, answered and reconciled. Each looks at where things are."""
    verk = finn(ORDNING)
    if not ventende(rom, ORDNING, tilstander=UTE):
        godkjenn_alt(rom)
    if not les_forslag(rom, ORDNING):
        _sendt_og_besvart(rom, verk)
    revurder(rom)
    _sendt_og_besvart(rom, verk)
    if igjen := [r["ende_til_ende_id"] for r in avviste(rom, ORDNING) if r["stand"] == NEDGANG_AVVIST]:
        betal_avviste(rom, ORDNING, igjen, None, "mottakeren har rettet feilen hos seg", "per")
    _sendt_og_besvart(rom, verk)


def _sendt_og_besvart(rom: Arbeidsrom, verk) -> None:
    for s in betal_godkjente(rom, verk, "", "anne"):
        ut = rom.data / f"svar-{s['bunt_id']}.xml"
        _svar(rom, s, ut)
        les_kvitteringer(rom, ut, "ola")
    with lesende(rom.motor) as conn:
        kvittert = any(f.tilstand == "kvittert" for f in nedgangsfiler(conn, ORDNING))
    if kvittert or ventende(rom, ORDNING, tilstander=("kvittert",)):
        avstem(rom, verk, "ola")


def _svar(rom: Arbeidsrom, s: dict, ut: Path) -> None:
    """Some of a batch are refused, and one of the first file that takes away; of the next file nothing."""
    with lesende(rom.motor) as conn:
        ned = [f.fil_id for f in nedgangsfiler(conn, ORDNING)]
    forste = next(sak for sak, _ in meldinger(Path(s["fil"])))
    avvist = {forste: AVVIST} if ned and s["bunt_id"] == ned[0] else {}
    svar_fra_os(Path(s["fil"]), ut, avvis=0.0 if s["bunt_id"] in ned else 0.02, svar=avvist)


def behandling(rom: Arbeidsrom) -> None:
    """A caseworker decides one case as the rules do, and another otherwise, which another person confirms."""
    rom, verk = replace(rom, klokke=Stillklokke(DAG + dt.timedelta(days=40))), finn(ORDNING)
    skriv_etterbrev(rom, verk)  # as every run does first
    with lesende(rom.motor) as conn:
        d = kvalitetsdom.c
        karantene = sa.select(d.sak_id).where(d.dom == "KARANTENE").order_by(d.sak_id)
        som_reglene = conn.scalars(karantene.where(d.grunner.like("%konto%"))).first()
        mot_reglene = conn.scalars(karantene.where(d.sak_id != som_reglene)).first()
    if _apen(rom, som_reglene):
        if not len(_opplyst(rom, som_reglene)):
            saksbehandling.opplys(rom, verk, som_reglene, "kontonummer", lag_kontonr(3), "oppgitt på telefon i dag", "anne")
        saksbehandling.vedta(rom, verk, som_reglene, saksbehandling.prov(rom, verk, som_reglene).tilstand, "anne")
    if _apen(rom, mot_reglene):
        onsket = overstyring.Onsket("avslag", next(r.navn for r in verk.regelsett.av_art("vilkår")))
        f = overstyring.foresla(rom, verk, mot_reglene, onsket, "vurdert særskilt av en saksbehandler", "anne")
        overstyring.bekreft(rom, verk, f["overstyring_id"], "per")
    skriv_etterbrev(rom, verk)


def _apen(rom: Arbeidsrom, sak_id: str) -> bool:
    with lesende(rom.motor) as conn:
        return conn.scalar(sa.select(sak.c.tilstand).where(sak.c.sak_id == sak_id)) not in AVGJORT


def _opplyst(rom: Arbeidsrom, sak_id: str):
    with lesende(rom.motor) as conn:
        return opplysninger(conn, sak_id)


def krav(rom: Arbeidsrom) -> None:
    """Too much was paid: new versions, warnings, and after the deadline one claim is decided and paid, and one given up."""
    verk = finn(ORDNING)
    revurder(rom)
    tilbakekreving.varsle(rom, verk, [], "anne")
    alle = tilbakekreving.krav_i(rom, ORDNING)
    senere = replace(rom, klokke=Stillklokke(alle[0].frist + dt.timedelta(days=1)))
    if alle[0].tilstand == "varslet":
        tilbakekreving.vedta(senere, ORDNING, alle[0].krav_id, None, "beløpet er stort og kan betales", "per")
    tilbakekreving.oversend(senere, ORDNING, alle[0].krav_id, "ola")
    tilbakekreving.innbetalt(senere, ORDNING, alle[0].krav_id, 100, "kid-1", "ola")
    tilbakekreving.frafall(senere, ORDNING, alle[1].krav_id, "beløpet er for lite til å kreve", "per")


def to_like(rom: Arbeidsrom) -> None:
    """Two cases that come to the same money: the control stops the second, another person releases it, and both are paid."""
    if not _har_like(rom):
        lag_vedtak(rom, belop=(100_00, 100_00), gaarder=(GAARD, ANNEN_GAARD), personer=(1, 1))
    k = Kjoring(rom, finn(ORDNING), Grunnlag(vedtaksdato=DAG, laget_av="ola"), "ny")
    bunt(k)
    if len(venter := funn_som_venter(rom, ORDNING)):
        avgjor(rom, ORDNING, list(venter["funn_id"]), "slipp", "to ulike vedtak ga det samme", "kari")
    bunt(replace(k, id="nyere"))


def _har_like(rom: Arbeidsrom) -> bool:
    with lesende(rom.motor) as conn:
        return conn.scalar(sa.select(soknad.c.sak_id).where(soknad.c.soknad_id == "ny-1")) is not None


@dataclass(frozen=True)
class Arbeid:
    gjor: Callable[[Arbeidsrom], None]
    punkter: frozenset[str]
    regel: tuple[str, str] | None = None
    betalt: bool = True  # the batch of the run is paid before
    oppdrag: bool = False  # the scheme pays through Oppdragssystemet


_OMGJORING = frozenset(f"{sted}.{n}" for sted, navn in {
    "revurdering": ("etter_filer", "etter_forslag", "etter_godkjenning", "etter_logg"),
    "omgjoring": ("etter_vedtak", "etter_linjer", "etter_krav", "etter_tilstand"),
}.items() for n in navn)  # fmt: skip
ARBEID = {
    "til gunst": Arbeid(revurder, _OMGJORING, OPP),
    "til ugunst": Arbeid(revurder, _OMGJORING, NED),
    "behandling": Arbeid(behandling, frozenset({
        "saksbehandling.etter_opplysning", "saksbehandling.etter_vedtak", "overstyring.etter_forslag", "overstyring.etter_bekreftelse",
    })),
    "krav": Arbeid(krav, frozenset({"krav.etter_varsel", "krav.etter_foring", "krav.etter_frafall"}), NED),
    "innsending": Arbeid(send_inn, frozenset({"innsending.for_commit", "innsending.etter_commit"})),
    "to like": Arbeid(to_like, frozenset({"kontroll.etter_funn", "kontroll.etter_beslutning"})),
    "betalingsdag": Arbeid(betalingsdag, frozenset({
        *(f"bunt.{naar}.{h}" for naar in ("for", "etter") for h in OVERGANGER),
        *(f"stopp.{naar}.{h}" for naar in ("for", "etter") for h in ("stopp", "foresla_start", "start")),
        "kvittering.etter_lagring", "kvittering.etter_bokforing", "ny_betaling.etter_beslutning", "ramme.etter_reservasjon",
        "hovedbok.etter_posteringer", "avtrykk.etter_nye",
    }), betalt=False),
    "oppdragsdag": Arbeid(oppdragsdag, frozenset({
        "oppdrag.etter_plandel", "oppdrag.etter_nedgang", "oppdrag.etter_nytt", "nedgang.for_commit", "nedgang.etter_commit",
        *(f"oppdragsfil.etter.{h}" for h in ("sendt", "kvittert", "avstemt")),
        *(f"{sted}.etter_{n}" for sted in ("utsending", "avstemming") for n in ("temp", "fsync", "rename")),
        "utsending.for_commit", "utsending.etter_commit", "bunt.for.send", "bunt.etter.send", "kvittering.etter_bokforing",
    }), NED, betalt=False, oppdrag=True),
}
ETTERTID = frozenset().union(*(a.punkter for a in ARBEID.values()))  # every test run proves that these are passed and killed at


@pytest.mark.parametrize("navn", ARBEID)
def test_drept_ved_hvert_punkt_og_startet_igjen(navn, kjort, ferdig_sqlite, tmp_path, monkeypatch, request):
    arbeid = ARBEID[navn]
    if arbeid.betalt:
        betal_alt(kjort)
    if arbeid.oppdrag:
        med_oppdrag(tmp_path / "ordninger", monkeypatch)
    if arbeid.regel:
        endre_regel(tmp_path, monkeypatch, *arbeid.regel)
    fasit, passert = _uforstyrret(arbeid, ferdig_sqlite, tmp_path / "uforstyrret")
    assert set(passert) >= arbeid.punkter
    for punkt in passert:
        assert drept(kjort, arbeid.gjor, punkt), punkt
    arbeid.gjor(aapnet(kjort))
    assert tabeller(kjort) == fasit
    merk_drap(request, kjort.motor.dialect.name, passert)
    assert not list(kjort.data.rglob(".under-arbeid-*"))


def tabeller(rom: Arbeidsrom) -> dict[str, str]:
    """The state of each table, so that a failing test names the one that differs."""
    with lesende(rom.motor) as conn:
        return {navn: tilstandshash(conn, uten=set(metadata.tables) - {navn}) for navn in metadata.tables}


def _uforstyrret(arbeid: Arbeid, ferdig: Path, mappe: Path) -> tuple[dict[str, str], list[str]]:
    """(the state when nothing happens, the points in the order in which they are passed first)."""
    shutil.copytree(ferdig, mappe)
    rom = Arbeidsrom(mappe / "data", aapne(f"sqlite:///{mappe / 'lager.db'}"), Stillklokke(DAG))
    if arbeid.betalt:
        betal_alt(rom)
    with opptak() as passert:
        arbeid.gjor(rom)
        return tabeller(rom), list(passert)


def aapnet(rom: Arbeidsrom) -> Arbeidsrom:
    """The same place, as a process that starts opens it."""
    return Arbeidsrom.aapne(Innstillinger(rom.data, rom.motor.url.render_as_string(hide_password=False)), rom.klokke)


def drept(rom: Arbeidsrom, gjor: Callable[[Arbeidsrom], object], punkt: str) -> bool:
    """One attempt in a process of its own. True when it was killed at its first passing of the point."""
    rom.motor.dispose()
    return drep_ved(lambda: gjor(aapnet(rom)), punkt)
