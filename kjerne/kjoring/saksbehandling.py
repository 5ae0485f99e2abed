"""A human and a case in doubt: the same rules, run on what she enters or corrects, and the decision that they give.

What she decides otherwise than the rules is an override, see kjerne.kjoring.overstyring.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.innhenting import skjoet_svar
from kjerne.innhenting.ansettelse import med_arbeidsforhold_type
from kjerne.kjoring import delkjoring
from kjerne.kjoring.avgjorte import Del, med_inntekt
from kjerne.kjoring.etterbrev import skriv_etterbrev
from kjerne.kjoring.kvalitetssteg import hent_svar, med_svar
from kjerne.kjoring.lesing import forrige_registre, hent_ramme
from kjerne.kjoring.port import port
from kjerne.kjoring.registerfakta import fyll
from kjerne.kjoring.rom import Arbeidsrom, Grunnlag, Kjoring
from kjerne.kjoring.saksvalg import les_saken
from kjerne.kjoring.svar import verdifeil
from kjerne.kjoring.utgaver import bevar
from kjerne.kjoring.visning import foer_visning, krev_innsyn
from kjerne.kjoring.vurdering import rettigheter, uten_dobbelt
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.identer import er_orgnr
from kjerne.kontrakt.tabeller import INNTEKT
from kjerne.lager import id as ider
from kjerne.lager import snapshot as lagring
from kjerne.lager.feilpunkt import feilpunkt
from kjerne.lager.motor import laas, lesende
from kjerne.lager.person import ident_i
from kjerne.lager.tabeller import kjoring_steg, sak, soknad
from kjerne.regelmotor.forklaring import Forklaring, forklar
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.regelmotor.sporing import Sporing
from kjerne.revisjon import logg
from kjerne.tilgang import krev
from kjerne.vedtak import saksbehandling as lager
from kjerne.vedtak.fatte import AVGJORT, fatt_vedtak

IKKE_GJORT = lager.IKKE_GJORT
INNTEKT_FELT = re.compile(r"inntekt/(\d{4}-(?:0[1-9]|1[0-2]))/(\d{9})", re.ASCII)


@dataclass
class Provd:
    """What the rules give on what is known of the case now. `tilstand`: innvilget, avslag or manuell (they cannot tell)."""

    del_: Del
    sporing: Sporing
    ramme: pd.DataFrame
    linjer: pd.DataFrame
    opplysninger: pd.DataFrame

    @property
    def tilstand(self) -> str:
        return self.ramme["tilstand"].iat[0]

    @property
    def belop_ore(self) -> int:
        return int(self.ramme["belop_ore"].iat[0])

    @property
    def forklaring(self) -> Forklaring:
        return forklar(self.sporing, 0)


def kofor(rom: Arbeidsrom, ordning: str, antall: int | None = None, fra: int = 0) -> pd.DataFrame:
    """The cases that wait for a human, see kjerne.vedtak.saksbehandling.koen."""
    with lesende(rom.motor) as conn:
        return lager.koen(conn, ordning, rom.klokke.idag(), antall, fra)


def antall_i_koen(rom: Arbeidsrom, ordning: str) -> tuple[int, dt.date | None, int]:
    """See kjerne.vedtak.saksbehandling.tell_koen."""
    with lesende(rom.motor) as conn:
        return lager.tell_koen(conn, ordning, rom.klokke.idag())


def likebehandling(rom: Arbeidsrom, ordning: str) -> dict[str, int]:
    """How often humans decide as the rules would have, see kjerne.vedtak.saksbehandling.likebehandling."""
    with lesende(rom.motor) as conn:
        return lager.likebehandling(conn, ordning)


def finn_sak(conn: Connection, ordning: str, nokkel: str) -> sa.Row:
    """sak_id, tilstand and kjoring_id by sak_id or soknad_id. Raises Ordningsfeil (kode 2)."""
    sporring = sa.select(sak.c.sak_id, sak.c.tilstand, sak.c.kjoring_id).join(soknad, soknad.c.sak_id == sak.c.sak_id)
    sporring = sporring.where(sak.c.ordning == ordning, sa.or_(sak.c.sak_id == nokkel, soknad.c.soknad_id == nokkel))
    rad = conn.execute(sporring).first()
    if rad is None:
        raise Ordningsfeil("Saken finnes ikke.", f"sak {nokkel[:60]}", f"Se køen: ordning behandle {ordning}", IKKE_GJORT, kode=2)
    return rad


def krev_apen(conn: Connection, ordning: str, nokkel: str) -> sa.Row:
    """The case, when it is not decided and a run has looked at it. Raises Ordningsfeil (kode 4) otherwise."""
    rad = finn_sak(conn, ordning, nokkel)
    if rad.tilstand in AVGJORT:
        raise Ordningsfeil(f"Saken er avgjort: {rad.tilstand}.", f"sak {rad.sak_id}",
                           f"En avgjort sak prøves på nytt med: ordning revurder {ordning} --arsak feil", IKKE_GJORT, kode=4)  # fmt: skip
    if rad.tilstand not in lager.I_KOEN:
        raise Ordningsfeil("Saken venter ikke på et menneske.", f"sak {rad.sak_id}", f"Kjør først: ordning kjor {ordning}", IKKE_GJORT,
                           kode=4)  # fmt: skip
    return rad


def opplys(rom: Arbeidsrom, verk: Regelverk, nokkel: str, felt: str, verdi: str, grunn: str, av: str) -> int:
    """Enters a fact: a field of the application, or `inntekt/ÅÅÅÅ-MM/ORGNR` for a month's pay (kroner). The newest holds, and stands in
    place of what the register has. Raises Ordningsfeil."""
    with rom.motor.begin() as conn:
        krev(conn, av, "behandle", alle_roller=rom.krev_syntetisk)
        rad = krev_apen(conn, verk.id, nokkel)
        _prov_opplysning(verk, felt, verdi, ident_i(conn, rad.sak_id))
        nr = lager.legg_til_opplysning(conn, rad.sak_id, felt, verdi.strip(), grunn, av, rom.klokke.naa())
        logg(conn, "sak.opplyst", f"sak:{rad.sak_id}", av, {"nr": nr, "felt": felt.split("/")[0]}, rom.klokke.naa())
        feilpunkt("saksbehandling.etter_opplysning")
    rom.foranker()
    return nr


def _prov_opplysning(verk: Regelverk, felt: str, verdi: str, eier: str) -> None:
    sted = f"--sett {felt[:60]}=…"
    treff = INNTEKT_FELT.fullmatch(felt)
    if treff and verk.manifest.inntekt is None or treff and not er_orgnr(treff[2]):
        raise Ordningsfeil("Ordningen bruker ikke inntekt, eller organisasjonsnummeret er ikke gyldig.", sted,
                           "Skriv inntekt/2020-03/ORGNR=BELØP.", IKKE_GJORT, kode=2)  # fmt: skip
    kan = ["kontonummer", *(f.navn for f in verk.manifest.felt if f.oppslag is None)]
    if not treff and felt not in kan:
        raise Ordningsfeil("Feltet finnes ikke i ordningen.", sted, f"Bruk et av {', '.join(kan)}, eller inntekt/ÅÅÅÅ-MM/ORGNR.",
                           IKKE_GJORT, kode=2)  # fmt: skip
    if feil := verdifeil(verk, "inntekt" if treff else felt, verdi.strip(), sted, IKKE_GJORT, eier):
        raise feil


def prov(rom: Arbeidsrom, verk: Regelverk, nokkel: str) -> Provd:
    """Runs the scheme's rules on the case as it is known now: application, answers, what caseworkers have entered, and the income of the
    last run. Changes nothing."""
    k = Kjoring(rom, verk, Grunnlag(vedtaksdato=rom.klokke.idag()), "")
    with rom.motor.begin() as conn:  # the lookup of earlier decisions makes a temporary table
        rad = krev_apen(conn, verk.id, nokkel)
        saken, svarene = les_saken(conn, k, rad.sak_id), hent_svar(conn, verk.id)
        gitt = lager.opplysninger(conn, rad.sak_id)
        if verk.manifest.registerfelt:
            saken = fyll(conn, k, saken)
        steg = sa.select(kjoring_steg.c.resultat).where(kjoring_steg.c.kjoring_id == rad.kjoring_id, kjoring_steg.c.steg == "kvalitet")
        sha = json.loads(conn.scalar(steg) or "{}").get("inntekt_brukt", "")
    saken = saken.drop(columns="forrige_kjoring").assign(dom="OK", dom_grunn="", vent_til=pd.Series([pd.NaT], dtype="datetime64[s]"))
    siste = gitt.drop_duplicates("felt", keep="last").assign(sak_id=rad.sak_id)
    saken = med_svar(med_svar(saken, svarene, k), siste.replace({"felt": {"kontonummer": "konto"}}), k)
    inntekt = _inntekt(k, sha, saken["ident"].iat[0], siste)
    del_ = med_inntekt(Del(k, pd.DataFrame(), saken, ""), inntekt)
    return Provd(del_, *del_.avgjor(), gitt)


def vis_sak(rom: Arbeidsrom, verk: Regelverk, nokkel: str, av: str) -> Provd:
    """As `prov`, for showing to a caseworker: that she looks is written down first."""
    krev_innsyn(rom, av, "behandle")
    p = prov(rom, verk, nokkel)
    foer_visning(rom, verk.id, p.ramme["sak_id"], av, "behandling", handling="behandle")
    return p


def _inntekt(k: Kjoring, sha: str, ident: str, opplyst: pd.DataFrame) -> pd.DataFrame:
    """The person's income rows that the last run used; a month at an employer that was entered stands in place of its wage rows."""
    ramme = lagring.les(k.rom.snapshotmappe, sha, "inntekt") if sha else INNTEKT.ramme({n: [] for n in INNTEKT.navnene})
    ramme = ramme[ramme["ident"] == ident]
    treff = [(m, r) for r in opplyst.itertuples() if (m := INNTEKT_FELT.fullmatch(r.felt))]
    if not treff:
        return ramme
    egne = INNTEKT.ramme(ramme[INNTEKT.navnene])
    for m, _ in treff:
        samme = (egne["maaned"] == pd.Timestamp(m[1])) & (egne["inntekt_type"] == "Loennsinntekt")
        egne = egne[~(samme & ((egne["virksomhet"] == m[2]) | (egne["opplysningspliktig"] == m[2]))).fillna(False).astype(bool)]
    svar = pd.DataFrame([{"sporsmal_id": f"opplysning:{r.sak_id}:{r.nr}", "ident": ident, "maaned": m[1], "mottaker": m[2],
                          "verdi": r.verdi} for m, r in treff])  # fmt: skip
    ut = skjoet_svar(egne, svar)
    if not k.verk.bruker("ansatt_som"):
        return ut
    register = forrige_registre(k).get("arbeidsforhold")
    forhold = hent_ramme(k, register, "arbeidsforhold") if register else None
    return med_arbeidsforhold_type(ut, None if forhold is None else forhold[forhold["ident"] == ident])


def vedta(rom: Arbeidsrom, verk: Regelverk, nokkel: str, utfall: str, av: str) -> dict:
    """Decides the case as the rules do on what is known now. `utfall` is what the caseworker has seen that they give.

    Raises Ordningsfeil (kode 4) when the rules give something else or cannot tell, and when another case has the same right."""
    port(rom, verk, "godkjent", hva="Å fatte vedtak")
    krev_innsyn(rom, av, "behandle")  # what the rules give is told also when it is not done
    bevar(rom, verk)
    p = prov(rom, verk, nokkel)
    sak_id = p.ramme["sak_id"].iat[0]
    if p.tilstand != utfall or utfall not in AVGJORT:
        gir = f"Reglene gir {p.tilstand}" if p.tilstand in AVGJORT else f"Reglene mangler {p.ramme['grunn'].iat[0].replace('|', ', ')}"
        raad = "Legg inn det som mangler med --sett, eller foreslå en overstyring med --overstyr."
        raise Ordningsfeil(f"{gir}, ikke «{utfall[:20]}».", f"sak {sak_id}", raad, IKKE_GJORT, kode=4)
    gjort = delkjoring.avgjor(p.del_, f"manuell:{sak_id}:{len(p.opplysninger)}", hent_ramme(p.del_.k, p.del_.inntekt, "inntekt"))
    with rom.motor.begin() as conn:
        krev(conn, av, "behandle", alle_roller=rom.krev_syntetisk)
        laas(conn, f"vedtak:{verk.id}")
        krev_apen(conn, verk.id, sak_id)
        if len(lager.opplysninger(conn, sak_id)) != len(p.opplysninger):
            raise endret(sak_id)
        vedtak_id = fatt(conn, rom, verk, gjort, gjort.som_dict(), gjort.ramme, gjort.linjer, av, (p.tilstand, p.belop_ore), None)
    rom.foranker()
    skriv_etterbrev(rom, verk)
    return {"sak_id": sak_id, "vedtak_id": vedtak_id, "utfall": p.tilstand, "belop_ore": p.belop_ore}


def endret(sak_id: str) -> Ordningsfeil:
    return Ordningsfeil("Saken er endret siden du så den.", f"sak {sak_id}", "Se på saken en gang til.", IKKE_GJORT, kode=4)


def fatt(
    conn: Connection, rom: Arbeidsrom, verk: Regelverk, gjort: delkjoring.Delkjoring | None, som_dict: dict, ramme: pd.DataFrame,
    linjer: pd.DataFrame, av: str, regler: tuple[str, int], overstyring_id: str | None,
) -> str:  # fmt: skip
    """Stores the decision of one case with who made it, in the caller's transaction. Returns its id."""
    sak_id, dag, naa = ramme["sak_id"].iat[0], rom.klokke.idag(), rom.klokke.naa()
    if gjort is not None:
        delkjoring.lagre_filer(conn, gjort)
    delkjoring.lagre(conn, rom, verk.id, som_dict, dag)
    k = Kjoring(rom, verk, Grunnlag(vedtaksdato=dag), som_dict["kjoring_id"])
    saken = hent_ramme(k, som_dict["utvalg"], "utvalg")
    ramme = ramme.assign(rettighet=rettigheter(verk.manifest, ramme, saken))
    ramme, linjer = uten_dobbelt(conn, ramme, linjer, saken["mottatt_dato"].to_numpy())
    if ramme["tilstand"].iat[0] == "karantene":
        raise Ordningsfeil("En annen sak har fått det samme innvilget.", f"sak {sak_id}", "Se på begge sakene. Skal denne avslås, foreslå "
                           "en overstyring.", IKKE_GJORT, kode=4)  # fmt: skip
    fatt_vedtak(conn, ordning=verk.id, ramme=ramme, linjer=linjer, kjoring_id=som_dict["kjoring_id"], snapshot_id=som_dict["inntekt"],
                fingeravtrykk=verk.fingeravtrykk, sporing_id=som_dict["sporing"], fattet_dato=dag, naa=naa)  # fmt: skip
    vedtak_id = ider.vedtak_id(sak_id, 1)
    lager.lagre_manuelt(conn, vedtak_id, av, *regler, overstyring_id, naa)
    feilpunkt("saksbehandling.etter_vedtak")
    detaljer = {"utfall": ramme["utfall"].iat[0], "som_reglene": overstyring_id is None}
    logg(conn, "sak.vedtatt", f"sak:{sak_id}", av, detaljer, naa)
    return vedtak_id
