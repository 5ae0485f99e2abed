"""Another outcome than the rules give: proposed by one caseworker with a reason, confirmed by another person, exactly as proposed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pandas as pd
import sqlalchemy as sa

from kjerne.kjoring import delkjoring
from kjerne.kjoring.etterbrev import skriv_etterbrev
from kjerne.kjoring.lesing import hent_ramme
from kjerne.kjoring.port import port
from kjerne.kjoring.rom import Arbeidsrom
from kjerne.kjoring.saksbehandling import IKKE_GJORT, Provd, endret, fatt, krev_apen, prov
from kjerne.kjoring.utgaver import bevar
from kjerne.kjoring.visning import krev_innsyn
from kjerne.kjoring.vurdering import begrunnelse
from kjerne.kontrakt import verdier
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.feilpunkt import feilpunkt
from kjerne.lager.kanonisk import json_tekst
from kjerne.lager.motor import laas, lesende
from kjerne.lager.tabeller import overstyring, overstyring_hendelse, soknad
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.revisjon import logg
from kjerne.tilgang import krev, person_bak
from kjerne.vedtak import saksbehandling as lager


@dataclass(frozen=True)
class Onsket:
    """What the caseworker wants. `vilkaar`: the condition that a refusal rests on; `linjer`: (payee, from, to, øre) of a grant."""

    utfall: str
    vilkaar: str = ""
    linjer: tuple[tuple[str, str, str, int], ...] = ()


def foresla(rom: Arbeidsrom, verk: Regelverk, nokkel: str, onsket: Onsket, grunn: str, av: str) -> dict[str, Any]:
    """Stores the wish; changes nothing in the case. Raises Ordningsfeil when it is what the rules give, or is not a whole decision."""
    krev_innsyn(rom, av, "behandle")
    p = prov(rom, verk, nokkel)
    sak_id = p.ramme["sak_id"].iat[0]
    linjer = _linjer(verk, p, onsket)
    ore = sum(linje["belop_ore"] for linje in linjer)
    _prov_onsket(verk, onsket, ore, p, sak_id)
    bevar(rom, verk)
    gjort = delkjoring.avgjor(p.del_, f"overstyring:{sak_id}:{len(p.opplysninger)}:{onsket.utfall}:{ore}",
                              hent_ramme(p.del_.k, p.del_.inntekt, "inntekt"))  # fmt: skip
    innhold = json_tekst({"utfall": onsket.utfall, "vilkaar": onsket.vilkaar, "linjer": linjer, "opplysninger": len(p.opplysninger),
                          "parameterrader": p.ramme["parameterrader"].iat[0], "kjoring": gjort.som_dict()})  # fmt: skip
    with rom.motor.begin() as conn:
        krev(conn, av, "behandle", alle_roller=rom.krev_syntetisk)
        krev_apen(conn, verk.id, sak_id)
        delkjoring.lagre_filer(conn, gjort)
        id_, ny = lager.foresla_overstyring(
            conn, sak_id=sak_id, utfall=onsket.utfall, belop_ore=ore, regelutfall=p.tilstand, regel_belop_ore=p.belop_ore, innhold=innhold,
            grunn=grunn, av=av, naa=rom.klokke.naa())  # fmt: skip
        if ny:
            detaljer = {"utfall": onsket.utfall, "regelutfall": p.tilstand}
            logg(conn, "overstyring.foreslaatt", f"sak:{sak_id}", av, detaljer, rom.klokke.naa())
        feilpunkt("overstyring.etter_forslag")
    rom.foranker()
    return {"overstyring_id": id_, "sak_id": sak_id, "utfall": onsket.utfall, "belop_ore": ore, "regelutfall": p.tilstand,
            "regel_belop_ore": p.belop_ore}  # fmt: skip


def _prov_onsket(verk: Regelverk, onsket: Onsket, ore: int, p: Provd, sak_id: str) -> None:
    vilkaar = [r.navn for r in verk.regelsett.av_art("vilkår")]
    feil = {
        "Utfallet må være innvilget eller avslag.": onsket.utfall not in ("innvilget", "avslag"),
        "Et avslag må si hvilket vilkår som avgjorde.": onsket.utfall == "avslag" and onsket.vilkaar not in vilkaar,
        "Et avslag har ingen linjer.": onsket.utfall == "avslag" and ore > 0,
        "Det som innvilges, må ha minst én linje med et beløp.": onsket.utfall == "innvilget" and ore <= 0,
        "Beløpet er over det som kan utbetales i én sak.": ore > verk.manifest.utbetaling.maks_per_sak * 100,
        "Dette er det som reglene gir.": (onsket.utfall, ore) == (p.tilstand, p.belop_ore),
    }
    for hva, galt in feil.items():
        if galt:
            raad = f"Vilkårene er {', '.join(vilkaar)}. En linje skrives MOTTAKER:FOM:TOM:KRONER."
            raad = "Fatt vedtaket uten overstyring." if "reglene gir" in hva else raad
            raise Ordningsfeil(hva, f"sak {sak_id}", raad, IKKE_GJORT, kode=2)


def _linjer(verk: Regelverk, p: Provd, onsket: Onsket) -> list[dict[str, Any]]:
    """The payment lines as they will be stored: to the same accounts as the rules would have paid."""
    ut, saken = [], p.del_.saker
    belop = {r.til: (nr, r.klasse) for nr, r in reversed(list(enumerate(verk.regelsett.av_art("beløp"), 1)))}
    for rolle, fom, tom, ore in onsket.linjer:
        if rolle not in belop:
            raise Ordningsfeil(f"Ordningen betaler ikke til «{rolle[:20]}».", "--linje", f"Velg {', '.join(belop)}.", IKKE_GJORT, kode=2)
        if any(linje["rolle"] == rolle for linje in ut):
            raise Ordningsfeil("Hver mottaker kan ha én linje.", "--linje", "Legg beløpene sammen.", IKKE_GJORT, kode=2)
        m = verk.manifest.utbetaling.mottakere[rolle]
        konto = saken["konto" if m.konto == "kontonummer" else m.konto].iat[0]
        hvem = {"orgnr": saken[m.orgnr].iat[0], "person_id": None} if m.orgnr else {"orgnr": None, "person_id": saken["person_id"].iat[0]}
        ut.append({"nr": belop[rolle][0], "rolle": rolle, **hvem, "konto": konto, "klasse": belop[rolle][1],
                   "fom": str(verdier.dato(fom)), "tom": str(verdier.dato(tom)), "belop_ore": ore})  # fmt: skip
    return ut


def som_venter(rom: Arbeidsrom, ordning: str) -> list[sa.Row]:
    """The overrides of the scheme that no other person has answered, the eldest first."""
    o, h = overstyring.c, overstyring_hendelse.c
    sporring = sa.select(overstyring).join(soknad, soknad.c.sak_id == o.sak_id).where(soknad.c.ordning == ordning)
    sporring = sporring.where(~sa.exists().where(h.overstyring_id == o.overstyring_id)).order_by(o.tid, o.overstyring_id)
    with lesende(rom.motor) as conn:
        return list(conn.execute(sporring))


def bekreft(rom: Arbeidsrom, verk: Regelverk, overstyring_id: str, av: str) -> dict[str, Any]:
    """Another person agrees, and the case is decided exactly as proposed. Again: nothing changes. Raises Ordningsfeil, kode 4."""
    port(rom, verk, "godkjent", hva="Å fatte vedtak")
    with rom.motor.begin() as conn:
        rad = lager.hent_overstyring(conn, overstyring_id)
        if rad.hendelse != "bekreftet":
            _prov_bekrefter(conn, rom, rad, av)
            laas(conn, f"vedtak:{verk.id}")
            krev_apen(conn, verk.id, rad.sak_id)
            innhold = json.loads(rad.innhold)
            if len(lager.opplysninger(conn, rad.sak_id)) != innhold["opplysninger"]:
                raise endret(rad.sak_id)
            _krev_samme_regler(verk, innhold["kjoring"]["fingeravtrykk"], rad.sak_id)
            lager.avgjor_overstyring(conn, rad, "bekreftet", av, rom.klokke.naa())
            feilpunkt("overstyring.etter_bekreftelse")
            ramme, linjer = _rammer(verk, rad, innhold)
            fatt(conn, rom, verk, None, innhold["kjoring"], ramme, linjer, rad.av, (rad.regelutfall, rad.regel_belop_ore), overstyring_id)
    rom.foranker()
    skriv_etterbrev(rom, verk)
    return {"overstyring_id": overstyring_id, "sak_id": rad.sak_id, "utfall": rad.utfall, "belop_ore": rad.belop_ore}


def avvis(rom: Arbeidsrom, overstyring_id: str, av: str) -> None:
    """Says no to an override; the case stays in the queue."""
    with rom.motor.begin() as conn:
        rad = lager.hent_overstyring(conn, overstyring_id)
        krev(conn, av, "bekreft", alle_roller=rom.krev_syntetisk)
        if rad.hendelse is None:
            lager.avgjor_overstyring(conn, rad, "avvist", av, rom.klokke.naa())
            logg(conn, "overstyring.avvist", f"sak:{rad.sak_id}", av, {}, rom.klokke.naa())
        elif rad.hendelse == "bekreftet":
            raise Ordningsfeil("Overstyringen er bekreftet.", f"overstyring {overstyring_id}", "Saken kan bare revurderes.", IKKE_GJORT,
                               kode=4)  # fmt: skip
    rom.foranker()


def _prov_bekrefter(conn, rom: Arbeidsrom, rad, av: str) -> None:
    hun = krev(conn, av, "bekreft", alle_roller=rom.krev_syntetisk)
    if hun.person == person_bak(conn, rad.av):
        raise Ordningsfeil("Den som foreslo overstyringen, kan ikke bekrefte den.", f"overstyring {rad.overstyring_id}",
                           "Be en annen person.", IKKE_GJORT, kode=4)  # fmt: skip
    if rad.hendelse == "avvist":
        raise Ordningsfeil("Overstyringen er avvist.", f"overstyring {rad.overstyring_id}", "Foreslå en ny.", IKKE_GJORT, kode=4)


def _krev_samme_regler(verk: Regelverk, fingeravtrykk: str, sak_id: str) -> None:
    if verk.fingeravtrykk != fingeravtrykk:
        raise Ordningsfeil("Reglene er endret siden overstyringen ble foreslått.", f"sak {sak_id}", "Avvis den, og foreslå en ny.",
                           IKKE_GJORT, kode=4)  # fmt: skip


def _rammer(verk: Regelverk, rad, innhold: dict[str, Any]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What `fatt_vedtak` takes."""
    avgjorende = [innhold["vilkaar"]] if innhold["vilkaar"] else []
    ramme = pd.DataFrame([{
        "sak_id": rad.sak_id, "tilstand": rad.utfall, "grunn": "overstyrt", "vent_til": pd.NaT, "utfall": rad.utfall,
        "belop_ore": rad.belop_ore, "avgjorende": json_tekst(avgjorende), "begrunnelse": json_tekst(begrunnelse(verk, avgjorende)),
        "parameterrader": innhold["parameterrader"], "sporing_rad": 0,
    }])  # fmt: skip
    kolonner = ["sak_id", "nr", "rolle", "person_id", "orgnr", "konto", "klasse", "fom", "tom", "belop_ore"]
    linjer = pd.DataFrame([linje | {"sak_id": rad.sak_id} for linje in innhold["linjer"]], columns=kolonner).astype(object)
    dager = {n: pd.to_datetime(linjer[n]).astype("datetime64[s]") for n in ("fom", "tom")}
    return ramme, linjer.assign(**dager, belop_ore=linjer["belop_ore"].astype("int64"), nr=linjer["nr"].astype("int64"))
