"""The life of cases and batches as a machine: whatever people do, in whatever order, the invariants hold after every step.

The rules are what the doors can ask for, by anybody, at any time, and being killed in the middle of it. What is refused must say so in
words and leave the state byte for byte as it was (I14). `Bank` is a model of our own: it knows the files and nothing of the database.
"""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd
import sqlalchemy as sa
from hypothesis import event
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kjerne.drift.klokke import Stillklokke
from kjerne.kjoring import overstyring, saksbehandling, tilbakekreving
from kjerne.kjoring.attestering import attester_bunt, avbryt_bunt, betal_godkjente, disponer_bunt, ventende
from kjerne.kjoring.avstemmingssteg import avstem, sammenlign
from kjerne.kjoring.helt import kjor_ordning, tall_for
from kjerne.kjoring.kontrollsteg import avgjor, funn_som_venter
from kjerne.kjoring.kvitteringssteg import avviste, betal_avviste, les_kvitteringer
from kjerne.kjoring.revurdering import Hvorfor, finn_endringer
from kjerne.kjoring.revurderingsforslag import avvis_forslag, foreslaa, godkjenn_forslag, les_forslag
from kjerne.kjoring.rom import Arbeidsrom, Grunnlag
from kjerne.kjoring.stoppknapp import bekreft_start, foresla_start, stoppet, trykk
from kjerne.kjoring.svar import les_svar, skriv_sporsmal
from kjerne.kjoring.verifisering import verifiser
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.identer import lag_kontonr
from kjerne.lager import tabeller as t
from kjerne.lager.motor import lesende
from kjerne.lager.tilstand import tilstandshash
from kjerne.regelmotor.oppdagelse import finn
from kjerne.syntetisk.bank import les_fil, svar_paa
from kjerne.utbetaling.bunt import Bunt
from kjerne.utbetaling.tilstand import TILSTANDER, UTE
from kjerne.vedtak.endring import gjelder_ore, netto
from tests.drap import drep_ved
from tests.kjoring.test_drap_ettertid import aapnet

ID, DAG = "askeladden", dt.date(2020, 7, 15)
GRUNN = "en hel setning om hvorfor dette gjøres"
HVEM = st.sampled_from(["ola", "kari", "bjørn", "anne", "per"])
HVILKEN = st.integers(0, 3)
PUNKTER = {
    "kjor": ("vedtak.etter_linjer", "steg.etter.vurder", "bunt.etter_bunt", "bunt.for.kontroller", "revisjon.etter_hendelse"),
    "attester": ("bunt.for.attester", "bunt.etter.attester", "revisjon.etter_hendelse", "anker.for_skriving"),
    "disponer": ("hovedbok.etter_posteringer", "bunt.etter.disponer", "anker.for_skriving"),
    "send": ("utsending.etter_temp", "bunt.etter.send", "utsending.etter_rename", "utsending.for_commit", "utsending.etter_commit"),
    "avbryt": ("hovedbok.etter_posteringer", "bunt.etter.trekk", "bunt.etter.avvis", "bunt.etter.stans"),
    "kvitter": ("kvittering.etter_lagring", "kvittering.etter_bokforing", "bunt.etter.kvitter", "anker.for_skriving"),
    "avstem": ("bunt.etter.avstem", "revisjon.etter_hendelse"),
    "godkjenn_omgjoring": ("omgjoring.etter_vedtak", "omgjoring.etter_krav", "revurdering.etter_logg", "snapshot.etter_rename"),
}  # fmt: skip


@dataclass
class Sted:
    """Where each example begins: a place in which the first run is done, and what more can be delivered there."""

    nytt: Callable[[], Arbeidsrom]
    soknader: tuple[Path, ...]
    register: tuple[Path, Path]
    parametre: Path  # the scheme's own parameters, and what they were
    parametre_foer: str
    ferdig: Callable[[Arbeidsrom], None] = lambda rom: rom.motor.dispose()
    drept: Counter[str] = field(default_factory=Counter)
    steg: Counter[str] = field(default_factory=Counter)


@dataclass
class Bank:
    """What the bank has been given and has answered. The first answer is the truth; a later one to the contrary is a lie."""

    filer: dict[str, dict[str, int]] = field(default_factory=dict)  # name → ende_til_ende_id → øre
    svart: dict[str, str] = field(default_factory=dict)
    brev: list[Path] = field(default_factory=list)

    def hent(self, mappe: Path) -> None:
        for sti in sorted(mappe.glob("*.xml")) if mappe.exists() else ():
            if sti.name not in self.filer:
                alle = les_fil(sti).betalinger
                self.filer[sti.name] = {b.ende_til_ende_id: round(float(b.belop) * 100) for b in alle}
                assert len(self.filer[sti.name]) == len(alle), "samme betaling to ganger i én fil"

    def betalt(self) -> dict[str, int]:
        """ende_til_ende_id → øre that somebody has got, or will get unless the bank says no."""
        ut: dict[str, int] = {}
        for betalinger in self.filer.values():
            assert not ut.keys() & betalinger.keys(), "samme betaling i to filer"
            ut |= betalinger
        return {ende: ore for ende, ore in ut.items() if self.svart.get(ende) != "RJCT"}


class Livslop(RuleBasedStateMachine):
    sted: Sted

    def __init__(self) -> None:
        super().__init__()
        self.rom, self.bank, self.nr = self.sted.nytt(), Bank(), 0
        self.sted.parametre.write_text(self.sted.parametre_foer, "utf-8")

    def teardown(self) -> None:
        self.sted.parametre.write_text(self.sted.parametre_foer, "utf-8")
        self.sted.ferdig(self.rom)

    # how things are done

    def gjor(self, navn: str, handling: Callable[[Arbeidsrom], object], drept_ved: int | None = None) -> object:
        """Does it. Refused, it says so in words and has changed nothing; killed (at one of PUNKTER), it may have got somewhere."""
        self.sted.steg[navn] += 1
        if drept_ved is not None:
            punkter = PUNKTER[navn]
            return self._drep(punkter[drept_ved % len(punkter)], handling)
        foer = hash_av(self.rom)
        try:
            return handling(self.rom)
        except Ordningsfeil as feil:
            assert feil.hva and feil.ikke_gjort and feil.gjor_dette, (navn, feil)
            assert navn == "kjor" or hash_av(self.rom) == foer, f"{navn} ble nektet, men har endret noe: {feil}"
            self.sted.steg[f"{navn} nektet"] += 1
            event(f"{navn}: {feil.hva[:50]}")
            return None

    def _drep(self, punkt: str, handling: Callable[[Arbeidsrom], object]) -> None:
        def i_barnet() -> None:
            rom = aapnet(self.rom)
            try:
                handling(rom)
            except Ordningsfeil:
                os._exit(0)

        self.rom.motor.dispose()
        if drep_ved(i_barnet, punkt):
            self.sted.drept[punkt] += 1
        self.start_igjen()

    def bunter(self, *tilstander: str) -> list[Bunt]:
        return ventende(self.rom, ID, tilstander=tilstander or TILSTANDER)

    # the rules

    @initialize(langt=st.integers(0, 3))
    def begynn(self, langt: int) -> None:
        """Some lives begin later: paid and partly refused, or with claims for what was paid too much."""
        if langt > 0:
            self.en_vanlig_dag(0.3, 2)
        if langt > 1:
            self.omgjoring(40, "ola", "kari", False, None)
        if langt > 2:
            self.krav(0, "anne", "per", 1, 25, "innbetalt")

    @rule()
    def start_igjen(self) -> None:
        self.rom.motor.dispose()
        self.rom = aapnet(self.rom)

    @rule(dager=st.sampled_from([1, 5, 25]))
    def dager_gaar(self, dager: int) -> None:
        self.rom = replace(self.rom, klokke=Stillklokke(self.rom.klokke.idag() + dt.timedelta(days=dager)))

    @rule(levering=st.integers(0, 3), av=HVEM, drept_ved=st.none() | st.integers(0, 4))
    def kjor(self, levering: int, av: str, drept_ved: int | None) -> None:
        """New applications, the same again, or (3) nothing new: what waits is looked at."""
        soknader = self.sted.soknader[levering : levering + 1]
        inntekt, forhold = ((f,) for f in self.sted.register) if soknader else ((), ())
        g = Grunnlag(soknader, inntekt, forhold, self.rom.klokke.idag(), DAG - dt.timedelta(days=2), av, 10)
        self.gjor("kjor", lambda rom: kjor_ordning(rom, ID, g), drept_ved)

    @rule(antall=st.integers(1, 4), av=HVEM)
    def svar(self, antall: int, av: str) -> None:
        sti = self.rom.data / "svar" / "svar.csv"
        if skriv_sporsmal(self.rom, ID, sti, av):
            ramme = pd.read_csv(sti, sep=";", dtype=str, keep_default_na=False, encoding="utf-8-sig")
            ramme.loc[: antall - 1, "svar"] = "21000"
            ramme.to_csv(sti, sep=";", index=False)
            self.gjor("svar", lambda rom: les_svar(rom, finn(ID), sti, av))

    @rule(beslutning=st.sampled_from(["slipp", "slipp", "hold"]), av=HVEM)
    def kontroll(self, beslutning: str, av: str) -> None:
        if len(funn := funn_som_venter(self.rom, ID)):
            self.gjor("kontroll", lambda rom: avgjor(rom, ID, list(funn["funn_id"]), beslutning, GRUNN, av))

    @rule(hvilken=HVILKEN, av=HVEM, feil=st.sampled_from([0, 0, 0, 1]), drept_ved=st.none() | st.integers(0, 3))
    def attester(self, hvilken: int, av: str, feil: int, drept_ved: int | None) -> None:
        if alle := self.bunter("kontrollert", "attestert", "forberedt", "stanset", "trukket"):
            b = alle[hvilken % len(alle)]
            self.gjor("attester", lambda rom: attester_bunt(rom, b, av, b.antall + feil), drept_ved)

    @rule(hvilken=HVILKEN, av=HVEM, drept_ved=st.none() | st.integers(0, 2))
    def disponer(self, hvilken: int, av: str, drept_ved: int | None) -> None:
        if alle := self.bunter("attestert", "kontrollert", "stanset"):
            b = alle[hvilken % len(alle)]
            self.gjor("disponer", lambda rom: disponer_bunt(rom, b, av, b.antall), drept_ved)

    @rule(avvis=st.sampled_from([0.0, 0.3, 1.0]), saa=st.integers(0, 3))
    def en_vanlig_dag(self, avvis: float, saa: int) -> None:
        """Three people approve; then it is sent, answered and reconciled, or only a part of that: so that enough comes so far."""
        for b in self.bunter("kontrollert", "attestert"):
            hvem = [p for p in ("kari", "bjørn", "per", "anne") if p not in {b.laget_av, b.av("attester")}]
            for handling in (attester_bunt, disponer_bunt):
                if self.gjor("godkjenn", lambda rom, b=b, h=handling, av=hvem[-1]: h(rom, b, av, b.antall)):
                    hvem.pop()
        if saa > 0:
            self._send("ola", None)
        if saa > 1:
            for nr in range(len(self.bunter(*UTE))):
                self._kvitter(nr, avvis, 1, "ola", None)
        if saa > 2:
            self.gjor("avstem", lambda rom: avstem(rom, finn(ID), "ola"))

    @rule(hvilken=HVILKEN, handling=st.sampled_from(["trekk", "trekk", "avvis", "stans"]), av=HVEM, drept_ved=st.none() | st.integers(0, 3))
    def avbryt(self, hvilken: int, handling: str, av: str, drept_ved: int | None) -> None:
        if alle := self.bunter():
            b = alle[-1 - hvilken % len(alle)]
            self.gjor("avbryt", lambda rom: avbryt_bunt(rom, b, handling, av, GRUNN), drept_ved)

    @rule(av=HVEM, drept_ved=st.none() | st.integers(0, 4))
    def send(self, av: str, drept_ved: int | None) -> None:
        self._send(av, drept_ved)

    def _send(self, av: str, drept_ved: int | None) -> None:
        foer, stanset = self._filer(), stoppet(self.rom, ID)
        self.gjor("send", lambda rom: betal_godkjente(rom, finn(ID), "", av), drept_ved)
        assert not stanset or self._filer() == foer, "en fil forlot huset mens alt var stoppet"

    @rule(hvilken=HVILKEN, avvis=st.sampled_from([0.0, 0.3, 1.0]), deler=st.sampled_from([1, 2, 3]), av=HVEM,
          drept_ved=st.none() | st.integers(0, 3))  # fmt: skip
    def kvitter(self, hvilken: int, avvis: float, deler: int, av: str, drept_ved: int | None) -> None:
        self._kvitter(hvilken, avvis, deler, av, drept_ved)

    def _kvitter(self, hvilken: int, avvis: float, deler: int, av: str, drept_ved: int | None) -> None:
        """The bank answers for all, or for some, of what it has not answered before, in any order of files."""
        self.bank.hent(self.rom.betalingsmappe)
        if not (sendte := self.bunter(*UTE)):
            return
        b = sendte[hvilken % len(sendte)]
        (sti,) = self.rom.betalingsmappe.glob(f"*{b.bunt_id}*")
        bare = [ende for ende in self.bank.filer[sti.name] if ende not in self.bank.svart][::deler]
        if not bare:
            return
        self.nr += 1
        ut = self.rom.data.parent / f"svar{self.nr}.xml"
        tid = dt.datetime(2020, 7, 17, 8, tzinfo=dt.UTC)
        alle = len(bare) == len(self.bank.filer[sti.name])
        svar_paa(sti, ut, tid, avvis=avvis, bare=None if alle else bare, nr=self.nr)
        self.bank.brev.append(ut)
        tekst = ut.read_text("utf-8")
        for ende in bare:
            del_ = tekst.split(f"<OrgnlEndToEndId>{ende}<")[1]
            self.bank.svart[ende] = del_.split("<TxSts>")[1][:4]
        self.gjor("kvitter", lambda rom: les_kvitteringer(rom, ut, av), drept_ved)

    @precondition(lambda self: self.bank.brev)
    @rule(hvilken=HVILKEN, av=HVEM)
    def kvitter_igjen(self, hvilken: int, av: str) -> None:
        """The same answer comes once more (or for the first time, when the reading of it was killed)."""
        ut = self.bank.brev[hvilken % len(self.bank.brev)]
        self.gjor("kvitter_igjen", lambda rom: les_kvitteringer(rom, ut, av))

    @precondition(lambda self: "ACSC" in self.bank.svart.values())
    @rule(av=HVEM)
    def banken_motsier_seg(self, av: str) -> None:
        """What was settled is said to be refused: it must be seen, and never paid anew."""
        ende = next(e for e, s in self.bank.svart.items() if s == "ACSC")
        (sti,) = (self.rom.betalingsmappe / navn for navn, alle in self.bank.filer.items() if ende in alle)
        self.nr += 1
        ut = self.rom.data.parent / f"svar{self.nr}.xml"
        svar_paa(sti, ut, dt.datetime(2020, 7, 18, 8, tzinfo=dt.UTC), avvis=1.0, bare=[ende], nr=self.nr)
        self.gjor("motsigelse", lambda rom: les_kvitteringer(rom, ut, av))

    @rule(av=HVEM, antall=st.integers(1, 5), ny_konto=st.booleans())
    def betal_paa_nytt(self, av: str, antall: int, ny_konto: bool) -> None:
        if ider := [r["ende_til_ende_id"] for r in avviste(self.rom, ID)][: 1 if ny_konto else antall]:
            konto = lag_kontonr(77) if ny_konto else None
            self.gjor("betal_paa_nytt", lambda rom: betal_avviste(rom, ID, ider, konto, GRUNN, av))

    @rule(av=HVEM, drept_ved=st.none() | st.integers(0, 1))
    def avstemming(self, av: str, drept_ved: int | None) -> None:
        self.gjor("avstem", lambda rom: avstem(rom, finn(ID), av), drept_ved)

    @rule(forst=HVEM, saa=HVEM, alle=st.booleans())
    def stopp_eller_start(self, forst: str, saa: str, alle: bool) -> None:
        if not (holder := stoppet(self.rom)):
            self.gjor("stopp", lambda rom: trykk(rom, "" if alle else ID, "mistanke om feil", forst))
        for s in holder:
            omfang = "" if s.omfang == "*" else s.omfang
            self.gjor("foresla_start", lambda rom, o=omfang: foresla_start(rom, o, "det var ingenting", forst))
            self.gjor("start", lambda rom, o=omfang: bekreft_start(rom, o, "enig i det", saa))

    @rule(sats=st.sampled_from([40, 50, 60, 70]), av=HVEM, annen=HVEM, avvis=st.sampled_from([False, False, False, True]),
          drept_ved=st.none() | st.integers(0, 3))  # fmt: skip
    def omgjoring(self, sats: int, av: str, annen: str, avvis: bool, drept_ved: int | None) -> None:
        """The rate is changed; one proposes that decisions are made anew, another approves it or says no."""
        self.sted.parametre.write_text(self.sted.parametre_foer.replace("dekning;60;%", f"dekning;{sats};%"), "utf-8")

        def gjor(rom: Arbeidsrom) -> None:
            verk = finn(ID)
            foreslaa(rom, verk, finn_endringer(rom, verk, Hvorfor("regel", "satsen er endret")), av)

        self.gjor("foresla_omgjoring", gjor)
        for f in [f for f in les_forslag(self.rom, ID) if f.tilstand == "foreslått"][:1]:
            if avvis:
                self.gjor("avvis_omgjoring", lambda rom, f=f: avvis_forslag(rom, ID, f.revurdering_id, annen, GRUNN))
            else:
                navn = "godkjenn_omgjoring"
                self.gjor(navn, lambda rom, f=f: godkjenn_forslag(rom, finn(ID), f.revurdering_id, annen, f.antall, GRUNN), drept_ved)

    @rule(hvilken=HVILKEN, av=HVEM, annen=HVEM, del_=st.sampled_from([1, 2]), dager=st.sampled_from([0, 25]),
          saa=st.sampled_from(["", "oversend", "innbetalt", "frafall"]))  # fmt: skip
    def krav(self, hvilken: int, av: str, annen: str, del_: int, dager: int, saa: str) -> None:
        """Warned by one, after a while decided by another, and then collected, paid or given up; or refused on the way."""
        if not (alle := tilbakekreving.krav_i(self.rom, ID)):
            return
        k = alle[hvilken % len(alle)]
        self.nr += 1
        self.gjor("krav_varsle", lambda rom: tilbakekreving.varsle(rom, finn(ID), [k.krav_id], av))
        self.dager_gaar(dager)
        self.gjor("krav_vedta", lambda rom: tilbakekreving.vedta(rom, ID, k.krav_id, k.belop_ore // del_, GRUNN, annen))
        gjoere = {
            "oversend": lambda rom: tilbakekreving.oversend(rom, ID, k.krav_id, av),
            "innbetalt": lambda rom: tilbakekreving.innbetalt(rom, ID, k.krav_id, k.belop_ore // (2 * del_), f"kid-{self.nr}", av),
            "frafall": lambda rom: tilbakekreving.frafall(rom, ID, k.krav_id, GRUNN, av),
        }
        if saa:
            self.gjor(f"krav_{saa}", gjoere[saa])

    @rule(hvilken=HVILKEN, av=HVEM, annen=HVEM, mot_reglene=st.booleans())
    def behandle(self, hvilken: int, av: str, annen: str, mot_reglene: bool) -> None:
        """A caseworker decides a case of the queue: as the rules do, or otherwise, which another confirms."""
        ko = saksbehandling.kofor(self.rom, ID)
        if not len(ko):
            return
        sak, verk = ko["sak_id"].iat[hvilken % len(ko)], finn(ID)
        if not mot_reglene:
            self.gjor("opplys", lambda rom: saksbehandling.opplys(rom, verk, sak, "har_bortforklaring", "ja", GRUNN, av))
            p = saksbehandling.prov(self.rom, verk, sak)
            self.gjor("vedta", lambda rom: saksbehandling.vedta(rom, verk, sak, p.tilstand, av))
            return
        onsket = overstyring.Onsket("avslag", next(r.navn for r in verk.regelsett.av_art("vilkår")))
        if f := self.gjor("overstyr", lambda rom: overstyring.foresla(rom, verk, sak, onsket, GRUNN, av)):
            self.gjor("bekreft", lambda rom: overstyring.bekreft(rom, verk, f["overstyring_id"], annen))

    # what holds after every step

    def _filer(self) -> set[str]:
        return {f.name for f in self.rom.betalingsmappe.glob("*")} if self.rom.betalingsmappe.exists() else set()

    @invariant()
    def hovedboken_gaar_opp(self) -> None:
        p = t.postering.c
        with lesende(self.rom.motor) as conn:
            skjeve = conn.execute(sa.select(p.bilag_id).group_by(p.bilag_id).having(sa.func.sum(p.belop_ore) != 0)).all()
            rader = conn.execute(sa.select(p.konto, sa.func.sum(p.belop_ore)).group_by(p.konto)).all()
            fordring = conn.scalar(sa.select(sa.func.count()).select_from(t.tilbakekreving_hendelse).where(
                t.tilbakekreving_hendelse.c.hendelse == "vedtatt"))  # fmt: skip
        saldo = {konto: int(ore) for konto, ore in rader}
        assert not skjeve and sum(saldo.values()) == 0, saldo
        utestaende = sum(k.utestaende_ore for k in tilbakekreving.krav_i(self.rom, ID))
        assert saldo.get("fordring", 0) == utestaende and (fordring or not utestaende), "krav uten vedtak"

    @invariant()
    def ingen_faar_for_mye(self) -> None:
        """I04, I06, by the files alone: a line is out at most once, with the amount that was decided."""
        self.bank.hent(self.rom.betalingsmappe)
        b, l, v = t.bunt_linje.c, t.linje.c, t.vedtak.c
        with lesende(self.rom.motor) as conn:
            sporring = sa.select(b.ende_til_ende_id, l.linje_id, l.belop_ore, v.sak_id)
            rader = conn.execute(sporring.select_from(t.bunt_linje.join(t.linje).join(t.vedtak, v.vedtak_id == l.vedtak_id))).all()
            vedtatt = dict(map(tuple, conn.execute(sa.select(v.sak_id, sa.func.sum(l.belop_ore)).join_from(
                t.linje, t.vedtak, v.vedtak_id == l.vedtak_id).group_by(v.sak_id))))  # fmt: skip
            naa = netto(conn, ID).groupby("sak_id")["ore"].sum().to_dict()
            siste = sa.select(v.sak_id, sa.func.max(v.versjon).label("versjon")).group_by(v.sak_id).subquery()
            gjelder = dict(map(tuple, conn.execute(sa.select(v.sak_id, gjelder_ore()).select_from(t.vedtak).join(
                siste, (siste.c.sak_id == v.sak_id) & (siste.c.versjon == v.versjon)).outerjoin(
                    t.omgjoring, t.omgjoring.c.vedtak_id == v.vedtak_id))))  # fmt: skip
        om, ute, faatt = {r.ende_til_ende_id: r for r in rader}, Counter(), defaultdict(int)
        for ende, ore in self.bank.betalt().items():
            assert om[ende].belop_ore == ore
            ute[om[ende].linje_id] += 1
            faatt[om[ende].sak_id] += ore
        assert not [linje for linje, ganger in ute.items() if ganger > 1], "en linje er betalt to ganger"
        assert not [sak for sak, ore in faatt.items() if ore > vedtatt[sak]]
        assert {sak: ore for sak, ore in naa.items() if ore} == {sak: int(ore) for sak, ore in gjelder.items() if ore}
        for k in tilbakekreving.krav_i(self.rom, ID):
            if k.tilstand == "vedtatt" and k.utestaende_ore:
                assert k.vedtatt_ore <= faatt[k.sak_id], "det kreves tilbake penger som ingen har fått"

    @invariant()
    def tre_mennesker_bak_hver_fil(self) -> None:
        """I07, I08: and nothing has left without it."""
        for b in self.bunter(*UTE):
            hvem = {h.handling: h.person for h in b.hendelser}
            assert len({b.laget_av.casefold(), hvem["attester"], hvem["disponer"]}) == 3
            assert [h.handling for h in b.hendelser][:4] == ["kontroller", "attester", "disponer", "send"]
            assert all(h.tilstand for h in b.hendelser)

    @invariant()
    def alle_saker_er_gjort_rede_for(self) -> None:
        """I12."""
        tall = tall_for(self.rom, finn(ID))
        assert tall["mottatt"] == sum(tall[n] for n in ("innvilget", "avslag", "sporsmal", "karantene", "venter")), tall

    @invariant()
    def avstemmingen_finner_ingenting(self) -> None:
        """But a file that was named by a process that died before it could say so."""
        ventet = {b.bunt_id for b in self.bunter("disponert")}
        avvik = [a for a in sammenlign(self.rom, finn(ID)).avvik if a.hva != "ukjent_fil" or a.bunt_id not in ventet]
        assert not avvik, [a.tekst for a in avvik]

    @invariant()
    def loggen_er_hel(self) -> None:
        svar = verifiser(self.rom)
        assert svar.hel, svar.funn

    @invariant()
    def ingen_rester(self) -> None:
        """What a killed process left is gone when the next has begun: it may hold personal data."""
        assert not list(self.rom.data.rglob(".under-arbeid-*"))


def hash_av(rom: Arbeidsrom) -> str:
    with lesende(rom.motor) as conn:
        return tilstandshash(conn)
