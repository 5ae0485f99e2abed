"""Synthetic oppdrag for the tests."""

import datetime as dt
import io

from kjerne.utbetaling.format.oppdrag import Oppdrag, Oppdragshode, Oppdragslinje, skriv_oppdrag

TID = dt.datetime(2020, 6, 2, 6, 30, tzinfo=dt.UTC)
PERSON = "01814512345"  # month + 80


def oppdragslinje(nr: int = 1, **felt) -> Oppdragslinje:
    grunn = {
        "delytelse_id": f"SAK{nr}#1", "klassekode": "KLASSE", "fom": dt.date(2020, 6, 1), "tom": dt.date(2020, 6, 30),
        "sats_ore": 100_00 * nr, "sats_type": "MND", "mottaker_id": PERSON, "vedtak_id": f"V{nr}",
    }  # fmt: skip
    return Oppdragslinje(**grunn | felt)


def oppdrag(nr: int = 1, *linjer: Oppdragslinje, **felt) -> Oppdrag:
    grunn = {"fagsystem_id": f"SAK{nr}", "gjelder_id": PERSON, "ny": True, "saksbehandler": "ORDNING", "attestant": "Z999999"}
    return Oppdrag(linjer=linjer or (oppdragslinje(nr),), **grunn | felt)


def oppdragshode(meldinger, **felt) -> Oppdragshode:
    linjer = [en for m in meldinger for en in m.linjer]
    grunn = {"fagomraade": "PROVE", "komponent": "ORDNING", "frekvens": "MND", "tid": TID, "antall": len(linjer),
             "sum_ore": sum(en.sats_ore for en in linjer)}  # fmt: skip
    return Oppdragshode(**grunn | felt)


def alle_slag() -> list[Oppdrag]:
    """Every kind of line and every field: new, next in the chain, stopped, refund to an employer, grade, deduction."""
    ny = oppdragslinje(1, henvisning="søknad 1")
    neste = oppdragslinje(1, delytelse_id="SAK1#2", ref_delytelse_id="SAK1#1", fom=dt.date(2020, 7, 1), tom=dt.date(2020, 7, 31))
    stopp = oppdragslinje(2, opphor_fra=dt.date(2020, 6, 15), grad=50, grad_type="UFOR")
    refusjon = oppdragslinje(3, mottaker_id="889640782", refusjon_til="889640782", refusjon_maks=dt.date(2020, 12, 31))
    trekk = oppdragslinje(4, fradrag=True, kid="2345676", sats_type="DAG")
    return [oppdrag(1, ny, neste), oppdrag(2, stopp, ny=False), oppdrag(3, refusjon), oppdrag(4, trekk)]


def skriv(meldinger, **felt):
    ut = io.BytesIO()
    summer = skriv_oppdrag(oppdragshode(meldinger, **felt), iter(meldinger), ut)
    return ut.getvalue(), summer
