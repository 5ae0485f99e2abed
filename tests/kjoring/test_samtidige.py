"""Several operators at once, each in a process of her own: exactly one wins, and the others get an answer that can be read.

Two attest the same batch; two send it; two runs of the same deliveries; the stop button against those who send.
"""

from __future__ import annotations

import json
import os
import shutil
import threading
import time
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from kjerne.kjoring import gjenoppretting
from kjerne.kjoring.attestering import attester_bunt, betal_godkjente, disponer_bunt, ventende
from kjerne.kjoring.avstemmingssteg import sammenlign
from kjerne.kjoring.helt import kjor_ordning
from kjerne.kjoring.revurdering import finn_endringer
from kjerne.kjoring.revurderingsforslag import foreslaa, godkjenn_forslag
from kjerne.kjoring.rom import Arbeidsrom
from kjerne.kjoring.stoppknapp import trykk
from kjerne.kjoring.verifisering import verifiser
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager import tabeller as t
from kjerne.lager.fil import Filutkast
from kjerne.lager.motor import aapne, lesende
from kjerne.regelmotor.oppdagelse import finn
from kjerne.revisjon import anker
from kjerne.revisjon.kjede import hode
from tests.kjoring.conftest import godkjenn_alt
from tests.kjoring.test_drap_ettertid import aapnet
from tests.kjoring.test_revurdering import OPP, REGEL, endre_regel, hash_av

ID = "askeladden"
Oppgave = Callable[[Arbeidsrom], object]


def samtidig(rom: Arbeidsrom, *oppgaver: Oppgave) -> list[tuple[str, str]]:
    """What each came to, ("gjort", answer) or ("nei", message), when all processes are let go at once."""
    rom.motor.dispose()
    barna, (port, slipp) = [], os.pipe()
    for oppgave in oppgaver:
        les, skriv = os.pipe()
        if (barn := os.fork()) == 0:
            os.close(slipp)
            svar = ("krasj", "")
            try:
                egen = aapnet(rom)
                os.read(port, 1)  # ends when the parent lets go
                svar = ("gjort", str(oppgave(egen)))
            except Ordningsfeil as feil:
                svar = ("nei", f"{feil.hva} {feil.gjor_dette}")
            except BaseException as feil:
                svar = ("krasj", f"{type(feil).__name__}: {feil}"[:2000])
            finally:
                os.write(skriv, json.dumps(svar).encode()[:60_000])
                os._exit(0)
        os.close(skriv)
        barna.append((barn, les))
    time.sleep(0.2)  # they have opened the place
    os.close(slipp)
    os.close(port)
    ut = []
    for barn, les in barna:
        with os.fdopen(les) as fil:
            ut.append(tuple(json.loads(fil.read() or '["krasj", ""]')))
        os.waitpid(barn, 0)
    assert not [s for s in ut if s[0] == "krasj"], ut
    return ut


def hendelser(rom: Arbeidsrom) -> list[str]:
    with lesende(rom.motor) as conn:
        return list(conn.scalars(sa.select(t.bunt_hendelse.c.handling).order_by(t.bunt_hendelse.c.bunt_id, t.bunt_hendelse.c.nr)))


def helt(rom: Arbeidsrom) -> None:
    assert verifiser(rom).hel and sammenlign(rom, finn(ID)).gaar_opp


def test_fire_attesterer_den_samme_bunten_og_fire_disponerer(kjort):
    (b,) = ventende(kjort, ID)
    fire = ("kari", "per", "anne", "liv")
    svar = samtidig(kjort, *[lambda rom, av=av: attester_bunt(rom, b, av, b.antall).av("attester") for av in fire])
    (vant,) = [s for utfall, s in svar if utfall == "gjort"]
    assert all(f"alt attestert av {vant}" in s or "attestert, og kan ikke attesteres" in s for utfall, s in svar if utfall == "nei"), svar
    (b,) = ventende(kjort, ID)
    andre = [p for p in fire if p != vant]
    svar = samtidig(kjort, *[lambda rom, av=av: disponer_bunt(rom, b, av, b.antall).av("disponer") for av in andre])
    assert [utfall for utfall, _ in svar].count("gjort") == 1 and hendelser(kjort) == ["kontroller", "attester", "disponer"]
    helt(kjort)


def test_fire_sender_den_samme_bunten(kjort):
    godkjenn_alt(kjort)
    svar = samtidig(kjort, *[lambda rom, av=av: betal_godkjente(rom, finn(ID), "", av)[0]["ny"] for av in ("ola", "per", "anne", "liv")])
    assert sorted(svar) == [("gjort", "False")] * 3 + [("gjort", "True")], svar
    assert len(list(kjort.betalingsmappe.iterdir())) == 1 and hendelser(kjort).count("send") == 1
    helt(kjort)


def test_samme_kjoring_to_ganger_samtidig(rom, grunnlag, ferdig_sqlite, tmp_path):
    """Both come to their end, and what is stored is what one run stores."""
    svar = samtidig(rom, *[lambda r: kjor_ordning(r, ID, grunnlag).kjoring.id] * 2)
    assert svar[0] == svar[1] and svar[0][0] == "gjort", svar
    shutil.copy(ferdig_sqlite / "lager.db", tmp_path / "fasit.db")
    assert hash_av(rom) == hash_av(Arbeidsrom(tmp_path, aapne(tmp_path / "fasit.db"), rom.klokke))
    helt(rom)


@pytest.mark.parametrize("ventetid", [0, 0.01, 0.05, 0.15])
def test_stopp_mot_send(kjort, ventetid):
    """After the button has answered, no file leaves; and what had left is in the books."""
    godkjenn_alt(kjort)

    def stopp(rom: Arbeidsrom) -> str:
        time.sleep(ventetid)
        trykk(rom, ID, "mistanke om feil", "per")
        return ",".join(f.name for f in rom.betalingsmappe.glob("*.xml"))

    (sendt, melding), (stoppet, ute) = samtidig(kjort, lambda rom: len(betal_godkjente(rom, finn(ID), "", "anne")), stopp)
    filer = [f.name for f in kjort.betalingsmappe.glob("*.xml")]
    assert stoppet == "gjort" and ",".join(filer) == ute, "en fil forlot huset etter at knappen hadde svart"
    assert (sendt, len(filer)) in (("gjort", 1), ("nei", 0)) and hendelser(kjort).count("send") == len(filer)
    assert sendt == "gjort" or "stoppet av per: mistanke om feil" in melding and "To personer starter igjen" in melding
    helt(kjort)


def test_det_andre_gjor_imens_er_ingen_eldre_kopi(kjort, monkeypatch):
    """An event and its anchor that come while a sender looks are newer than what she read, and not something the database has lost."""

    def hode_og_saa_skjer_noe(conn):
        svar = hode(conn)
        trykk(kjort, ID, "mistanke om feil", "per")
        return svar

    monkeypatch.setattr(gjenoppretting, "hode", hode_og_saa_skjer_noe)
    gjenoppretting.krev_sikker_base(kjort, ID)
    with lesende(kjort.motor) as conn:
        assert anker.foran(anker.les(kjort.revisjonsmappe), hode(conn)[0]) == 0


def test_avstemming_mens_filen_sendes(kjort, monkeypatch):
    """The file has its name a moment before it is written down: it is not a stranger's."""
    godkjenn_alt(kjort)
    ute, ekte = threading.Event(), Filutkast.gi_navn

    def sakte(fil: Filutkast, navn: str):
        svar = ekte(fil, navn)
        ute.set()
        time.sleep(0.5)
        return svar

    monkeypatch.setattr(Filutkast, "gi_navn", sakte)
    sender = threading.Thread(target=betal_godkjente, args=(kjort, finn(ID), "", "anne"))
    sender.start()
    assert ute.wait(60)
    svar = sammenlign(kjort, finn(ID))
    sender.join()
    assert svar.avvik == [] and sammenlign(kjort, finn(ID)).avvik == []


def test_to_godkjenner_den_samme_revurderingen(kjort, tmp_path, monkeypatch):
    godkjenn_alt(kjort)
    betal_godkjente(kjort, finn(ID), "", "anne")
    verk = endre_regel(tmp_path, monkeypatch, *OPP)
    f = foreslaa(kjort, verk, finn_endringer(kjort, verk, REGEL), "ola")
    svar = samtidig(kjort, *[lambda rom, av=av: godkjenn_forslag(rom, verk, f.revurdering_id, av, f.antall)["nye_vedtak"]
                             for av in ("kari", "per")])  # fmt: skip
    assert sorted(svar) == [("gjort", "0"), ("gjort", str(f.antall))], svar
    helt(kjort)
