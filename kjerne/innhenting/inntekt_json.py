"""Inntektskomponenten: answers in JSON (v2, inntektshistorikk, v1) → rows of the canonical table `inntekt`.

v2   data[] {maaned, opplysningspliktig, underenhet, norskident, oppsummeringstidspunkt, inntektListe[],
     avvikListe[]{kode, tekst}}
historikk  the same with versjoner[]; the version with the newest oppsummeringstidspunkt is the one that counts
v1   arbeidsInntektMaaned[] {aarMaaned, arbeidsInntektInformasjon{inntektListe[]}, avvikListe[] (also `avvik`)}, ident
Tax deductions (forskuddstrekkListe, fradragListe) and v1's list of freelance employments are not income and are not
read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kjerne.innhenting.tolk import Tolk
from kjerne.kontrakt.kodeverk import FRA_V1
from kjerne.kontrakt.linjefil import Radfeil
from kjerne.kontrakt.verdier import MAKS_KRONER

Element = tuple[str, dict, Any]  # "v2" | "historikk" | "v1", the object, the person of the answer (v1)
_INTET_TILLEGG = (None, None, None, None)
KJENTE_FORMER = "v2 (data), bulk av v2 (bulk), inntektshistorikk (data med versjoner) eller v1 (arbeidsInntektMaaned)"


class Inntektsleser:
    """Reads the elements of answers. Remembers which forms and legal filters it has met, and what it put away."""

    def __init__(self, filternavn: str | None = None):
        self.filternavn = filternavn
        self.tolk = Tolk()
        self.former: set[str] = set()
        self.filtre: set[str] = set()
        self.andre_filtre = 0
        self.eldre_versjoner = 0
        self.avvik_uten_rad = 0

    def ny(self) -> Inntektsleser:
        """One that has read nothing, for another part of the file."""
        return Inntektsleser(self.filternavn)

    def ta_med(self, andre: Inntektsleser) -> None:
        """Remembers what another one met in another part of the file."""
        self.tolk.ta_med(andre.tolk)
        self.former |= andre.former
        self.filtre |= andre.filtre
        self.andre_filtre += andre.andre_filtre
        self.eldre_versjoner += andre.eldre_versjoner
        self.avvik_uten_rad += andre.avvik_uten_rad

    def elementer(self, svar: Any) -> Iterator[Element]:
        """The reports in one answer (or a list of answers). Raises Radfeil when it has none of the forms we know."""
        for ett in svar if type(svar) is list else [svar]:
            if type(ett) is not dict:
                raise Radfeil("her skulle det stått et objekt")
            if "bulk" in ett:
                for del_ in _liste(ett["bulk"], "bulk"):
                    yield from self._bulkdel(_objekt(del_, "et element i bulk"))
            elif "data" in ett:
                yield from self._data(ett["data"])
            elif "arbeidsInntektMaaned" in ett:
                for maaned in _liste(ett["arbeidsInntektMaaned"], "arbeidsInntektMaaned"):
                    yield "v1", maaned, ett.get("ident")
            elif "maaned" in ett and ("inntektListe" in ett or "versjoner" in ett):
                yield from self._data([ett])
            else:
                raise Radfeil(f"formen er ukjent; kjenner {KJENTE_FORMER}")

    def _bulkdel(self, del_: dict) -> Iterator[Element]:
        navn = del_.get("filter")
        if type(navn) is str:
            self.filtre.add(navn)
        if self.filternavn is not None and navn != self.filternavn:
            self.andre_filtre += 1
        else:
            yield from self._data(del_.get("data"))

    def _data(self, data: Any) -> Iterator[Element]:
        for element in _liste(data, "data"):
            yield ("historikk" if type(element) is dict and "versjoner" in element else "v2"), element, None

    def rader(self, element: Element, linje: int) -> dict[str, list[tuple]]:
        """The canonical rows of one report, none when it holds no income. Raises Radfeil when the report cannot be
        used."""
        form, innhold, person = element
        innhold = _objekt(innhold, "en melding")
        self.former.add(form)
        if form == "v1":
            return {"inntekt": self._v1(innhold, person, linje)}
        return {"inntekt": self._v2(self._nyeste(innhold) if form == "historikk" else innhold, linje)}

    def _nyeste(self, element: dict) -> dict:
        versjoner = [_objekt(v, "en versjon") for v in _liste(element["versjoner"], "versjoner")]
        if not versjoner:
            return element
        tider = [self.tolk.tid(v.get("oppsummeringstidspunkt")) for v in versjoner]
        if len(versjoner) > 1 and None in tider:
            raise Radfeil("en versjon mangler lesbart oppsummeringstidspunkt, så den nyeste kan ikke finnes")
        self.eldre_versjoner += len(versjoner) - 1
        nyeste = max(range(len(versjoner)), key=lambda i: (tider[i] or 0, i))
        return {k: v for k, v in element.items() if k != "versjoner"} | versjoner[nyeste]

    def _v2(self, e: dict, linje: int) -> list[tuple]:
        tolk = self.tolk
        ident, maaned = tolk.ident(e.get("norskident")), tolk.maaned(e.get("maaned"))
        opplysningspliktig = tolk.tekst(e.get("opplysningspliktig"), "opplysningspliktig")
        virksomhet = tolk.tekst(e.get("underenhet"), "underenhet")
        tid = tolk.tid(e.get("oppsummeringstidspunkt"))
        avvik = None
        if liste := e.get("avvikListe"):
            avvik = _sammen(a.get("kode") or a.get("tekst") for a in _objekter(liste, "avvikListe"))
        ut = []
        tekster = tolk.tekster
        for i in _objekter(e.get("inntektListe"), "inntektListe"):
            hent = (
                i.get
            )  # this loop runs once for each income row in the country: what is null, or plain, costs no call
            tillegg = _ordbok(hent("tilleggsinformasjon"))
            ut.append(
                (
                    ident,
                    maaned,
                    opplysningspliktig,
                    virksomhet,
                    _type(tekster[v] if type(v := hent("type")) is str else tolk.tekst(v, "type")),
                    tekster[v] if type(v := hent("fordel")) is str else tolk.tekst(v, "fordel"),
                    tekster[v] if type(v := hent("beskrivelse")) is str else tolk.tekst(v, "beskrivelse"),
                    v * 100 if type(v := hent("beloep")) is int and -MAKS_KRONER < v < MAKS_KRONER else tolk.kroner(v),
                    None if (v := hent("antall")) is None else tolk.tall(v, "antall"),
                    None if (v := hent("opptjeningsperiodeFom")) is None else tolk.dag(v, "opptjeningsperiode"),
                    None if (v := hent("opptjeningsperiodeTom")) is None else tolk.dag(v, "opptjeningsperiode"),
                    *(self._tillegg(tillegg) if tillegg else _INTET_TILLEGG),
                    None if (v := hent("skatteOgAvgiftsregel")) is None else tolk.tekst(v, "skatteOgAvgiftsregel"),
                    v
                    if type(v := hent("inngaarIGrunnlagForTrekk")) is bool
                    else tolk.ja_nei(v, "inngaarIGrunnlagForTrekk"),
                    v
                    if type(v := hent("utloeserArbeidsgiveravgift")) is bool
                    else tolk.ja_nei(v, "utloeserArbeidsgiveravgift"),
                    tid,
                    avvik,
                    linje,
                )
            )
        if avvik and not ut:
            self.avvik_uten_rad += 1
        return ut

    def _tillegg(self, t: dict) -> tuple:
        tolk = self.tolk
        return (
            tolk.tekst(t.get("type"), "tilleggsinformasjon"),
            tolk.dag(t.get("startdato"), "tilleggsperiode"),
            tolk.dag(t.get("sluttdato"), "tilleggsperiode"),
            tolk.tekst(t.get("spesielleInntjeningsforhold"), "spesielle inntjeningsforhold"),
        )

    def _v1(self, e: dict, person: Any, linje: int) -> list[tuple]:
        tolk = self.tolk
        maaned = e.get("aarMaaned")
        informasjon = _objekt(e.get("arbeidsInntektInformasjon") or {}, "arbeidsInntektInformasjon")
        avvik = [
            (_nummer(a.get("virksomhet")), _nummer(a.get("opplysningspliktig")), a.get("tekst"))
            for a in _objekter(e.get("avvikListe", e.get("avvik")), "avvikListe")
        ]
        brukt: set[int] = set()
        ut = []
        for i in _objekter(informasjon.get("inntektListe"), "inntektListe"):
            kategori, detaljer = _v1_tillegg(i.get("tilleggsinformasjon"))
            etterbetaling = _ordbok(detaljer.get("etterbetalingsperiode"))
            opptjening = _ordbok(i.get("opptjeningsperiode"))
            virksomhet = tolk.tekst(_nummer(i.get("virksomhet")), "virksomhet")
            opplysningspliktig = tolk.tekst(_nummer(i.get("opplysningspliktig")), "opplysningspliktig")
            gjelder = {
                n
                for n, (v, o, _) in enumerate(avvik)
                if (v is None or v == virksomhet) and (o is None or o == opplysningspliktig)
            }
            brukt |= gjelder
            ut.append(
                (
                    tolk.ident(_nummer(i.get("inntektsmottaker")) or _nummer(person)),
                    tolk.maaned(i.get("utbetaltIMaaned") or maaned),
                    opplysningspliktig,
                    virksomhet,
                    _type(tolk.tekst(i.get("inntektType"), "inntektType")),
                    tolk.tekst(i.get("fordel"), "fordel"),
                    tolk.tekst(i.get("beskrivelse"), "beskrivelse"),
                    tolk.kroner(i.get("beloep")),
                    tolk.tall(i.get("antall"), "antall"),
                    tolk.dag(opptjening.get("startDato"), "opptjeningsperiode"),
                    tolk.dag(opptjening.get("sluttDato"), "opptjeningsperiode"),
                    tolk.tekst(kategori, "tilleggsinformasjon"),
                    tolk.dag(etterbetaling.get("startDato"), "tilleggsperiode"),
                    tolk.dag(etterbetaling.get("sluttDato"), "tilleggsperiode"),
                    tolk.tekst(detaljer.get("spesielleInntjeningsforhold"), "spesielle inntjeningsforhold"),
                    tolk.tekst(i.get("skatteOgAvgiftsregel"), "skatteOgAvgiftsregel"),
                    tolk.ja_nei(i.get("inngaarIGrunnlagForTrekk"), "inngaarIGrunnlagForTrekk"),
                    tolk.ja_nei(i.get("utloeserArbeidsgiveravgift"), "utloeserArbeidsgiveravgift"),
                    tolk.tid(i.get("leveringstidspunkt")),
                    _sammen(avvik[n][2] for n in sorted(gjelder)),
                    linje,
                )
            )
        self.avvik_uten_rad += len(avvik) - len(brukt)
        return ut

    def merknader(self) -> list[str]:
        ut = self.tolk.merknader()
        if self.eldre_versjoner:
            ut.append(f"{self.eldre_versjoner} eldre versjoner er lagt bort; den nyeste gjelder.")
        if self.avvik_uten_rad:
            ut.append(f"{self.avvik_uten_rad} avviksmeldinger gjelder ingen inntektsrad og følger ikke med.")
        if self.andre_filtre:
            ut.append(f"{self.andre_filtre} svar under andre filtre enn {self.filternavn} er ikke lest.")
        return ut


def _liste(verdi: Any, navn: str) -> list:
    if verdi is None:
        return []
    if type(verdi) is not list:
        raise Radfeil(f"{navn} er ikke en liste")
    return verdi


def _objekt(verdi: Any, navn: str) -> dict:
    if type(verdi) is not dict:
        raise Radfeil(f"{navn} er ikke et objekt")
    return verdi


def _objekter(verdi: Any, navn: str) -> list[dict]:
    liste = _liste(verdi, navn)
    for element in liste:
        if type(element) is not dict:
            raise Radfeil(f"et element i {navn} er ikke et objekt")
    return liste


def _ordbok(verdi: Any) -> dict:
    return verdi if type(verdi) is dict else {}


def _nummer(verdi: Any) -> Any:
    """v1 wraps every number: {identifikator, aktoerType}."""
    return verdi.get("identifikator") if type(verdi) is dict else verdi


def _v1_tillegg(verdi: Any) -> tuple[Any, dict]:
    tillegg = _ordbok(verdi)
    return tillegg.get("kategori"), _ordbok(tillegg.get("tilleggsinformasjonDetaljer"))


def _type(verdi: str | None) -> str | None:
    return FRA_V1.get(verdi, verdi) if verdi else None


def _sammen(deler: Any) -> str | None:
    return "|".join(str(d).strip().replace("|", "/") for d in deler if d) or None
