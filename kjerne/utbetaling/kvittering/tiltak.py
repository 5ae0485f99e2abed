"""What a state of answers means for us: done, wait, ask, stop. Data, so that it can be read, shown and discussed.

Sources: runbook R04 (wrong or closed account: ask the person; duplicate: stop; pending: wait and never send again), and the
public code set of ISO 20022, external status reasons. What is not in the table goes to a human: unknown is not «try again».
Whoever pays again makes a new line with a new id, linked to the old one; nothing here ever sends.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kjerne.utbetaling.kvittering.orden import FINNES_FRA_FOR, RETUR, Kvitteringsstand

Handling = Literal["ferdig", "vent", "spor_personen", "ny_dato", "meld_feil", "manuelt", "stans"]


@dataclass(frozen=True, slots=True)
class Tiltak:
    """What to do, and the sentence that the console shows."""

    handling: Handling
    tekst: str


_SPOR = "Spør mottakeren om nytt kontonummer, og lag en ny betaling når svaret er kommet."
_FEIL = "Feilen ligger hos oss eller i avtalen med banken. Meld den, og lag en ny betaling når den er rettet."
_STANS = "Stans bunten, og finn ut hva som er betalt før noe annet gjøres."

ETTER_GRUNN: dict[str, Tiltak] = {
    "AC01": Tiltak("spor_personen", f"Kontonummeret er feil. {_SPOR}"),
    "AC04": Tiltak("spor_personen", f"Kontoen er avsluttet. {_SPOR}"),
    "AC06": Tiltak("spor_personen", f"Kontoen er sperret. {_SPOR}"),
    "AC13": Tiltak("spor_personen", f"Kontoen er av et slag som ikke kan brukes. {_SPOR}"),
    "AM05": Tiltak("stans", f"Banken mener at betalingen er sendt før. {_STANS}"),
    "DU01": Tiltak("stans", f"Banken har fått meldingen før. {_STANS}"),
    "DU02": Tiltak("stans", f"Banken har fått betalingsgruppen før. {_STANS}"),
    "DU03": Tiltak("stans", f"Banken har fått transaksjonen før. {_STANS}"),
    "DU04": Tiltak("stans", f"Banken har sett ende-til-ende-id-en før. {_STANS}"),
    "DUPL": Tiltak("stans", f"Banken mener at betalingen er sendt før. {_STANS}"),
    "AM10": Tiltak("stans", f"Kontrollsummen er en annen hos banken. {_STANS}"),
    "AM18": Tiltak("stans", f"Antallet er et annet hos banken. {_STANS}"),
    "AM04": Tiltak("meld_feil", "Det er ikke dekning på kontoen vi betaler fra. Meld det til økonomi, og vent."),
    "DT01": Tiltak("ny_dato", "Datoen kan ikke brukes. Lag en ny betaling med neste bankdag."),
    "TM01": Tiltak("ny_dato", "Filen kom etter bankens frist. Lag en ny betaling med neste bankdag."),
    "FF01": Tiltak("meld_feil", f"Filen har feil form. {_FEIL}"),
    "AG01": Tiltak("meld_feil", f"Betalingen er ikke tillatt på kontoen vi betaler fra. {_FEIL}"),
    "RC01": Tiltak("meld_feil", f"Bankens id er feil. {_FEIL}"),
    "MD07": Tiltak("manuelt", "Banken opplyser at mottakeren er død. En saksbehandler tar saken; det sendes ikke brev til den døde."),
    "MS02": Tiltak("manuelt", "Mottakeren eller banken oppgir ingen grunn. En saksbehandler tar saken."),
    "MS03": Tiltak("manuelt", "Banken oppgir ingen grunn. En saksbehandler tar saken."),
    "NARR": Tiltak("manuelt", "Grunnen står som tekst fra banken. En saksbehandler leser den."),
    "RR01": Tiltak("manuelt", "Banken mangler opplysninger om den som betaler. En saksbehandler tar saken."),
    "RR02": Tiltak("manuelt", "Banken mangler opplysninger om den som betaler. En saksbehandler tar saken."),
    "RR03": Tiltak("manuelt", "Banken mangler opplysninger om mottakeren. En saksbehandler tar saken."),
    "RR04": Tiltak("manuelt", "Banken stanser betalingen etter regelverket sitt. En saksbehandler tar saken."),
    "BB50020F": Tiltak("meld_feil", "Oppdragssystemet krever nytt vedtak når sats, satstype eller startdato endres. Meld feilen."),
    "BB51014F": Tiltak("meld_feil", "Datoen for klassekoden er feil. Meld feilen."),
    "BB18011F": Tiltak("meld_feil", "Avventing overlapper med en som finnes. Meld feilen."),
    FINNES_FRA_FOR: Tiltak("vent", "Oppdraget finnes fra før. Det er trygt; den første kvitteringen gjelder."),
}  # fmt: skip

_VENT = "Banken arbeider med betalingen. Vent, og send den aldri på nytt."
ETTER_STATUS: dict[str, Tiltak] = {
    "RCVD": Tiltak("vent", _VENT),
    "ACTC": Tiltak("vent", _VENT),
    "PDNG": Tiltak("vent", _VENT),
    "ACCP": Tiltak("vent", _VENT),
    "ACSP": Tiltak("vent", _VENT),
    "ACWC": Tiltak("vent", "Banken har godtatt betalingen med en endring, for eksempel av dato. Se hva som er endret."),
    "ACSC": Tiltak("ferdig", "Betalingen er gjort opp."),
    "RJCT": Tiltak("manuelt", "Betalingen er avvist, og grunnen er ukjent for oss. En saksbehandler tar saken."),
    RETUR: Tiltak("manuelt", "Pengene er kommet i retur. En saksbehandler finner ut hvorfor før noe betales på nytt."),
    "00": Tiltak("ferdig", "Oppdraget er godtatt."),
    "04": Tiltak("ferdig", "Oppdraget er godtatt med varsel. Les varselet."),
    "08": Tiltak("manuelt", "Oppdraget er avvist. Den forrige utbetalingen gjelder fortsatt."),
    "12": Tiltak("meld_feil", "Oppdraget kom ikke gjennom av tekniske grunner. Den forrige utbetalingen gjelder fortsatt."),
}
MOTSTRID = Tiltak("stans", f"Betalingen er både godtatt og avvist. {_STANS}")
AVVISENDE = ("RJCT", "08", "12")  # where the reason decides

_ALVOR: tuple[Handling, ...] = ("ferdig", "vent", "ny_dato", "spor_personen", "meld_feil", "manuelt", "stans")


def tiltak(stand: Kvitteringsstand) -> Tiltak:
    """What to do. Of several reasons the gravest decides; a reason we do not know counts as «manuelt»."""
    if stand.motstrid:
        return MOTSTRID
    etter_status = ETTER_STATUS[stand.status]
    if stand.status not in AVVISENDE or not stand.grunner:
        return etter_status
    return max((ETTER_GRUNN.get(g, etter_status) for g in stand.grunner), key=lambda t: _ALVOR.index(t.handling))
