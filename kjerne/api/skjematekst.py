"""The words of the form that are the same for every scheme, in both written forms of Norwegian."""

from __future__ import annotations

from kjerne.mottak.form import IKKE_OBJEKT
from kjerne.mottak.ramme import IKKE_SYNTETISK
from kjerne.mottak.skjema import MAKS_TEKST, UTENFOR

MAALFORM = "maalform"
KONVOLUTT = {
    "fodselsnummer": {"nb": "Fødselsnummer eller d-nummer", "nn": "Fødselsnummer eller d-nummer"},
    "kontonummer": {"nb": "Kontonummer for utbetaling", "nn": "Kontonummer for utbetaling"},
}
TEKST = {
    "nb": {
        "ja": "Ja", "nei": "Nei", "svaret": "Svaret", "valgfritt": "valgfritt", "send": "Send søknaden", "feil": "Feil",
        "hjelp_dato": "Skriv dag.måned.år, for eksempel 20.03.2020", "hjelp_person": "Elleve sifre",
        "hjelp_kontonummer": "Elleve sifre", "hjelp_orgnr": "Organisasjonsnummer, ni sifre", "hjelp_kroner": "For eksempel 12 345,67",
        "soknad": "Søknad", "rett_dette": "Du må rette dette før du kan sende søknaden", "hopp": "Hopp til innholdet",
        "innledning": "Spørsmål som er merket «valgfritt», kan du hoppe over, men da kan vi måtte spørre deg senere. "
                      "Ingenting er sendt før du trykker «Send søknaden».",
        "syntetisk": "Prøveversjon med syntetiske data. Bruk aldri ekte personopplysninger her.",
        "opphevet": "Reglene for denne ordningen er opphevet. Siden viser hvordan den kunne vært søkt.",
        "stengt": "Ordningen tar ikke imot søknader nå.", "lagret": "Søknaden er mottatt",
        "lagret_tekst": "Vi har lagret søknaden din. Du trenger ikke sende den på nytt.", "referanse": "Referansenummer",
        "mottatt": "Mottatt", "videre": "Hva skjer nå", "status": "Status", "regler": "Regelverk",
        "videre_tekst": "Vi behandler søknaden og sender deg et brev med svaret. Ta vare på referansenummeret; "
                        "det er det vi trenger hvis du har spørsmål.",
        "annen": "Nynorsk", "ordninger": "Ordninger du kan søke på", "nokkel_brukt":
        "Dette skjemaet er allerede sendt med andre svar. Åpne skjemaet på nytt hvis du vil sende en ny søknad.",
        "prov_igjen": "Søknaden er ikke bekreftet lagret. Trykk «Send søknaden» en gang til om litt; den blir ikke dobbel.",
        "sprak": "Språk", "tidspunkt": "kl.",
    },
    "nn": {
        "ja": "Ja", "nei": "Nei", "svaret": "Svaret", "valgfritt": "valfritt", "send": "Send søknaden", "feil": "Feil",
        "hjelp_dato": "Skriv dag.månad.år, til dømes 20.03.2020", "hjelp_person": "Elleve siffer",
        "hjelp_kontonummer": "Elleve siffer", "hjelp_orgnr": "Organisasjonsnummer, ni siffer", "hjelp_kroner": "Til dømes 12 345,67",
        "soknad": "Søknad", "rett_dette": "Du må rette dette før du kan sende søknaden", "hopp": "Hopp til innhaldet",
        "innledning": "Spørsmål som er merkte «valfritt», kan du hoppe over, men då kan vi måtte spørje deg seinare. "
                      "Ingenting er sendt før du trykkjer «Send søknaden».",
        "syntetisk": "Prøveversjon med syntetiske data. Bruk aldri ekte personopplysningar her.",
        "opphevet": "Reglane for denne ordninga er oppheva. Sida viser korleis ein kunne ha søkt.",
        "stengt": "Ordninga tek ikkje imot søknader no.", "lagret": "Søknaden er motteken",
        "lagret_tekst": "Vi har lagra søknaden din. Du treng ikkje sende han på nytt.", "referanse": "Referansenummer",
        "mottatt": "Motteken", "videre": "Kva skjer no", "status": "Status", "regler": "Regelverk",
        "videre_tekst": "Vi behandlar søknaden og sender deg eit brev med svaret. Ta vare på referansenummeret; "
                        "det er det vi treng om du har spørsmål.",
        "annen": "Bokmål", "ordninger": "Ordningar du kan søkje på", "nokkel_brukt":
        "Dette skjemaet er alt sendt med andre svar. Opne skjemaet på nytt om du vil sende ein ny søknad.",
        "prov_igjen": "Det er ikkje stadfesta at søknaden er lagra. Trykk «Send søknaden» ein gong til om litt; han blir ikkje dobbel.",
        "sprak": "Språk", "tidspunkt": "kl.",
    },
}  # fmt: skip

# Every reason that the reading of an answer gives, in nynorsk. A test walks through all of them.
NYNORSK = {
    "mangler": "manglar",
    UTENFOR: "er utanfor det som er mogleg",
    IKKE_SYNTETISK: "er ikkje eit syntetisk fødselsnummer, og berre syntetiske er tillatne her",
    IKKE_OBJEKT: "skal vere eitt JSON-objekt med felta i søknaden",
    "er ikke et felt i denne søknaden": "er ikkje eit felt i denne søknaden",
    "har feil type": "har feil type",
    "er ikke den som er logget inn": "er ikkje den som er logga inn",
    "er ikke et gyldig fødselsnummer": "er ikkje eit gyldig fødselsnummer",
    "er ikke et gyldig organisasjonsnummer": "er ikkje eit gyldig organisasjonsnummer",
    "kan ikke leses som dato (skriv 2020-03-20 eller 20.03.2020)": "kan ikkje lesast som dato (skriv 20.03.2020)",
    "kan ikke leses som et helt tall": "kan ikkje lesast som eit heilt tal",
    "kan ikke leses som tall": "kan ikkje lesast som tal",
    "kan ikke leses som beløp i kroner (skriv for eksempel 12 345,67; høyst to desimaler)":
        "kan ikkje lesast som beløp i kroner (skriv til dømes 12 345,67; høgst to desimalar)",
    "kan ikke leses som prosent (skriv for eksempel 50 eller 62,5 %)": "kan ikkje lesast som prosent (skriv til dømes 50 eller 62,5 %)",
    "er verken ja eller nei": "er verken ja eller nei",
    f"kan ikke leses som tekst (styretegn, eller over {MAKS_TEKST} tegn)":
        f"kan ikkje lesast som tekst (styreteikn, eller over {MAKS_TEKST} teikn)",
    "kan ikke leses som kontonummer": "kan ikkje lesast som kontonummer",
}  # fmt: skip
_VALG = ("er ikke et av valgene", "er ikkje eit av vala")


def til_nynorsk(grunn: str) -> str:
    """Raises KeyError for a reason that has no nynorsk."""
    if grunn.startswith(_VALG[0]):
        return _VALG[1] + grunn.removeprefix(_VALG[0])
    return NYNORSK[grunn]
