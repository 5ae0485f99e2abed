"""The operator's day in the demo: three people, two mornings, and what the world outside does in between."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from kjerne.drift.klokke import OSLO, Klokke
from kjerne.drift.tall import antall, kroner
from kjerne.kjoring.attestering import betal_godkjente, godkjenn_bunt
from kjerne.kjoring.avstemmingssteg import avstem
from kjerne.kjoring.helt import Resultat, kjor_ordning, tall_for
from kjerne.kjoring.kontrollsteg import avgjor, funn_som_venter
from kjerne.kjoring.kvitteringssteg import avviste, betal_avviste, les_kvitteringer
from kjerne.kjoring.revurdering import Hvorfor, finn_endringer
from kjerne.kjoring.revurderingsforslag import foreslaa, godkjenn_forslag
from kjerne.kjoring.rom import Arbeidsrom, Fremdrift, Grunnlag
from kjerne.kjoring.svar import les_svar, skriv_sporsmal
from kjerne.kjoring.tilbakekreving import varsle
from kjerne.lager.motor import lesende
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.regelmotor.saksfil import les_tabell
from kjerne.syntetisk import bank, omverden
from kjerne.utbetaling.bankdag import neste_bankdag
from kjerne.utbetaling.bunt import Bunt, tilgjengelige_bunter
from kjerne.utbetaling.godkjenning import neste_handling

BESVART, AVVIST, SENT_MELDT = 0.7, 0.004, 0.02
FELLES_KONTO = 2  # groups of applicants who name one account


@dataclass
class Demoklokke(Klokke):
    """Stands still until somebody moves it on."""

    tid: dt.datetime

    def naa(self) -> dt.datetime:
        return self.tid

    def still(self, dag: dt.date, klokken: str) -> None:
        self.tid = dt.datetime.combine(dag, dt.time.fromisoformat(klokken), OSLO).astimezone(dt.UTC)


@dataclass(frozen=True)
class Hendt:
    """One thing that somebody did, in words and figures."""

    tid: str
    hvem: str
    hva: str
    tall: dict = field(default_factory=dict)


@dataclass
class Demodag:
    """Three people at work on one scheme. Every method is something that one of them does with a command; see `hendt` for what came of it.

    `forbereder` runs, `attestant` attests, decides findings and approves corrections, `budsjett` disposes.
    """

    rom: Arbeidsrom
    verk: Regelverk
    klokke: Demoklokke
    folk: tuple[str, str, str]
    dag: dt.date
    inndata: Path
    bitstorrelse: int
    vis: Fremdrift
    sendinger: list[dict] = field(default_factory=list)
    hendt: list[Hendt] = field(default_factory=list)

    def morgen(self, grunnlag: Grunnlag) -> Resultat:
        """The first run, as something that the operator did."""
        self.klokke.still(self.dag, "06:30")
        resultat = kjor_ordning(self.rom, self.verk.id, grunnlag, self.vis)
        t = tall_for(self.rom, self.verk)
        self._skriv(self.folk[0], f"kjørte {antall(t['mottatt'])} søknader: {antall(t['innvilget'])} innvilget, "
                    f"{antall(t['avslag'])} avslag, {antall(t['sporsmal'])} må spørres, "
                    f"{antall(t['karantene'] + t['venter'])} til et menneske", mottatt=t["mottatt"])  # fmt: skip
        return resultat

    def formiddag(self) -> None:
        """Answers come in, the controls are looked at, and what is ready goes to the bank."""
        self._kl("07:15", self.svar_inn)
        self._kl("07:30", self.kjor)
        self._kl("08:00", self.kontroller)
        self._kl("09:00", self.godkjenn_og_send_alle)

    def neste_dag(self) -> None:
        """The bank answers, some payments are refused, a late report corrects, and everything is to agree in the end."""
        self.dag = neste_bankdag(self.dag + dt.timedelta(days=1))
        self._kl("06:30", lambda: self.banken_svarer(AVVIST))
        self._kl("06:45", self.avstem)
        self._kl("07:00", self.paa_nytt)
        self._kl("08:00", self.sen_melding)
        self._kl("09:00", self.kjor)
        self._kl("09:15", self.kontroller)
        self._kl("09:30", self.godkjenn_og_send_alle)
        self._kl("13:00", lambda: self.banken_svarer(0.0))
        self._kl("13:15", self.avstem)

    def _kl(self, klokken: str, gjor: Callable[[], None]) -> None:
        self.klokke.still(self.dag, klokken)
        self.vis(f"{self.dag:%d.%m.} kl. {klokken.replace(':', '.')}", 0, 0)
        gjor()

    def _skriv(self, hvem: str, hva: str, **tall: int) -> None:
        tid = self.klokke.naa().astimezone(OSLO)
        self.hendt.append(Hendt(f"{tid:%d.%m. kl. %H.%M}", hvem, hva, tall))

    def svar_inn(self) -> None:
        operator, liste = self.folk[0], self.rom.data / "sporsmal.csv"
        stilt = skriv_sporsmal(self.rom, self.verk.id, liste, operator)
        if not stilt:
            return
        svar = omverden.besvar(les_tabell(liste), pd.read_parquet(self.inndata / "personer.parquet"),
                               les_tabell(self.inndata / "soknader.csv"), BESVART)  # fmt: skip
        svar.to_csv(fil := self.rom.data / "svar.csv", sep=";", index=False)
        fil.chmod(0o600)
        inn = les_svar(self.rom, self.verk, fil, operator)
        self._skriv(operator, f"sendte {antall(stilt)} spørsmål og leste inn {antall(inn['nye'])} svar: {antall(inn['klare_saker'])} saker "
                    "kan gå videre", stilt=stilt, besvart=inn["nye"], klare=inn["klare_saker"])  # fmt: skip

    def kjor(self) -> None:
        operator, for_ = self.folk[0], self._bunter()
        kjor_ordning(self.rom, self.verk.id, Grunnlag(vedtaksdato=self.dag, laget_av=operator, bitstorrelse=self.bitstorrelse), self.vis)
        nye = [b for id_, b in self._bunter().items() if id_ not in for_]
        sum_ = sum(b.sum_ore for b in nye)
        self._skriv(operator, f"kjørte igjen: {antall(sum(b.antall for b in nye))} nye betalinger, {kroner(sum_)}", sum_ore=sum_)

    def kontroller(self) -> None:
        """The attestant holds the first group with one account, and releases the rest after having asked."""
        liste = funn_som_venter(self.rom, self.verk.id)
        venter = liste[liste["beslutning"].fillna("") == ""]
        if venter.empty:
            return
        holdes = venter[venter["kontroll"] == "K04"].head(1)["gruppe"]
        hold = venter["gruppe"].isin(holdes) & venter["gruppe"].ne("")
        for ider, hva, grunn in ((venter.loc[hold, "funn_id"], "hold", "Mottakerne kjenner ikke hverandre. Sendt til kontroll."),
                                 (venter.loc[~hold, "funn_id"], "slipp", "Spurt, og svaret stemmer med det vi har.")):  # fmt: skip
            if len(ider):
                avgjor(self.rom, self.verk.id, list(ider), hva, grunn, self.folk[1])
        self._skriv(self.folk[1], f"så på {antall(len(venter))} funn fra kontrollene: slapp {antall(int((~hold).sum()))}, holdt "
                    f"{antall(int(hold.sum()))} tilbake", funn=len(venter), holdt=int(hold.sum()))  # fmt: skip

    def godkjenn_og_send_alle(self) -> None:
        self.godkjenn_og_send(b for b in self._bunter().values() if not b.er_ute)

    def godkjenn_og_send(self, bunter: Iterable[Bunt]) -> None:
        """Two humans approve each batch, and it is sent. One that was sent before is only named again."""
        for b in bunter:
            while neste := neste_handling(b):
                hvem = {"attester": self.folk[1], "disponer": self.folk[2]}[neste]
                b = godkjenn_bunt(self.rom, b, hvem, b.antall)
                hva = {"attester": "attesterte", "disponer": "disponerte"}[neste]
                self._skriv(hvem, f"{hva} bunt {b.bunt_id[:8]}: {antall(b.antall)} betalinger, {kroner(b.sum_ore)}", sum_ore=b.sum_ore)
            if b.tilstand == "disponert" or b.er_ute:
                ny = betal_godkjente(self.rom, self.verk, b.bunt_id, self.folk[0])
                self.sendinger += ny
                self._skriv(self.folk[0], f"sendte bunt {b.bunt_id[:8]} til banken", sendt_ore=sum(s["sum_ore"] for s in ny))

    def banken_svarer(self, avvis: float) -> None:
        sendt = {i for i, b in self._bunter().items() if b.tilstand == "sendt"}
        stand: Counter[str] = Counter()
        for nr, s in enumerate((s for s in self.sendinger if s["bunt_id"] in sendt), 1):
            fil = self.rom.data / "kvittering" / f"{Path(s['fil']).stem}.pain002.xml"
            fil.parent.mkdir(exist_ok=True)
            bank.svar_paa(Path(s["fil"]), fil, self.klokke.naa(), avvis=avvis, nr=nr)
            stand.update(les_kvitteringer(self.rom, fil, self.folk[0]).stand)
        if stand:
            self._skriv(self.folk[0], f"leste bankens svar: {antall(stand['oppgjort'])} gjort opp, {antall(stand['avvist'])} avvist",
                        oppgjort=stand["oppgjort"], avvist=stand["avvist"])  # fmt: skip

    def paa_nytt(self) -> None:
        """What the bank refused is tried again, after somebody has looked at the account."""
        if liste := avviste(self.rom, self.verk.id):
            n = betal_avviste(self.rom, self.verk.id, [r["ende_til_ende_id"] for r in liste], None, "Banken har åpnet kontoen igjen.",
                              self.folk[0])  # fmt: skip
            self._skriv(self.folk[0], f"la {antall(n)} avviste betalinger ut på nytt", paa_nytt=n)

    def sen_melding(self) -> None:
        """A late a-melding: one proposes the corrections, another approves them, and who got too much is warned."""
        operator, attestant, _ = self.folk
        if not (fil := self._ny_inntekt()):
            return
        hvorfor = Hvorfor("inntekt", "Sen a-melding", (fil,), hentet=self.dag)
        funnet = finn_endringer(self.rom, self.verk, hvorfor, self.vis)
        if not funnet.omgjores:
            self._skriv(operator, f"fikk en sen a-melding og prøvde {antall(len(funnet.liste))} saker: ingen vedtak endres", saker=0)
            return
        f = foreslaa(self.rom, self.verk, funnet, operator)
        self._skriv(operator, f"fikk en sen a-melding og foreslo {antall(f.antall)} omgjøringer: {kroner(f.tillegg_ore)} i etterbetaling, "
                    f"{kroner(f.krav_ore)} for mye betalt", saker=f.antall, tillegg_ore=f.tillegg_ore, krav_ore=f.krav_ore)  # fmt: skip
        svar = godkjenn_forslag(self.rom, self.verk, f.revurdering_id, attestant, f.antall, "Kontrollert mot a-meldingen.")
        self._skriv(attestant, f"godkjente: {antall(svar['nye_vedtak'])} nye vedtak, {antall(svar['krav'])} krav")
        if svar["krav"] and self.verk.manifest.tilbakekreving:
            v = varsle(self.rom, self.verk, [], operator)
            self._skriv(operator, f"sendte {antall(v['varslet'])} forhåndsvarsel. Ingen kan kreve noe før "
                        f"{dt.date.fromisoformat(v['frist']):%d.%m.%Y}", varslet=v["varslet"])  # fmt: skip

    def _ny_inntekt(self) -> Path | None:
        """The new answer of the register, for the persons of the late report. None when the scheme reads no income."""
        m = self.verk.manifest.inntekt
        if m is None:
            return None
        soknader = les_tabell(self.inndata / "soknader.csv")["fodselsnummer"]
        inntekt = pq.read_table(self.inndata / "inntekt.parquet").to_pandas(types_mapper=pd.ArrowDtype)
        siste = pd.Timestamp(inntekt["maaned"].max())
        maaneder = [(siste - pd.DateOffset(months=n)).date() for n in range(min(m.maaneder + 3, 12))]
        ny = omverden.sen_melding(inntekt, soknader, SENT_MELDT, maaneder, self.klokke.naa())
        if ny.empty:
            return None
        ny.to_parquet(fil := self.inndata / "inntekt-sen.parquet", index=False)
        fil.chmod(0o600)
        return fil

    def avstem(self) -> None:
        svar = avstem(self.rom, self.verk, self.folk[0], self.vis)
        hva = "alt går opp" if svar.gaar_opp else f"{antall(len(svar.avvik))} avvik, utbetalingene er stoppet"
        self._skriv(self.folk[0], f"avstemte {antall(svar.bunter)} bunter mot fil, kvittering og hovedbok: {hva}",
                    avvik=len(svar.avvik), avstemt=len(svar.nye))  # fmt: skip

    def _bunter(self) -> dict:
        with lesende(self.rom.motor) as conn:
            return {b.bunt_id: b for b in tilgjengelige_bunter(conn, self.verk.id)}

    def som_liste(self) -> list[dict]:
        return [asdict(h) for h in self.hendt]
