"""`Brevmal`: a scheme's letter in bokmål and nynorsk, compiled once and written many times.

The frame (templates/brev/ramme.nb.html, ramme.nn.html) holds what every letter must say. The scheme fills blocks: the
headings, the result, the calculation, and one block per condition, named as the rule. Only the blocks of the conditions
that decided are shown. A value that the case lacks is an error, never an empty place in the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import SimpleNamespace

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template, meta, nodes
from jinja2.exceptions import TemplateSyntaxError, UndefinedError

from kjerne.brev import verditekst
from kjerne.brev.brevsak import BELOP, Brevsak, Omgjort, Utregning
from kjerne.brev.lov import MALER, Lovutgave, les_lov, lov_paa, maltekst
from kjerne.brev.skjelett import Merker, Plass, Skjelett
from kjerne.drift import tall
from kjerne.kontrakt.feil import Ordningsfeil, Samlefeil

PAAKREVDE = ("overskrift_innvilget", "overskrift_avslag")
RAMMEBLOKKER = frozenset((*PAAKREVDE, "resultat", "utregning", "skatt", "endringer"))
IKKE_SKREVET = "Brevet er ikke skrevet, og ingen penger er sendt."
_BARE_TEKST = (nodes.Template, nodes.Extends, nodes.Block, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const)
_UKER = {"nb": ("uke", "uker"), "nn": ("veke", "veker")}


class Brevmal:
    """Use `Brevmal.les`. An instance holds no case, and may be shared by all letters of a scheme."""

    def __init__(
        self,
        mappe: Path,
        maler: dict[str, Template],
        blokker: frozenset[str],
        navn: dict[str, set[str]],
        lov: list[Lovutgave],
    ):
        self.mappe = mappe
        self.blokker = blokker - RAMMEBLOKKER  # the scheme's own: conditions, and steps of the calculation
        self._maler = maler
        self._navn = navn
        self._lov = lov
        self._skjeletter: dict[tuple, Skjelett] = {}

    @classmethod
    def les(cls, mappe: Path, maler: Path = MALER) -> Brevmal:
        """Compiles vedtak.nb.html and vedtak.nn.html in `mappe`; `maler` holds brev/ with the frames.

        Raises Ordningsfeil/Samlefeil (file, line, fix) when one is missing, does not extend the frame of its written
        form, lacks a heading, or has other blocks than its sister.
        """
        trær = {m: _les_tre(mappe / f"vedtak.{m}.html", m) for m in verditekst.MAALFORMER}
        blokker = {m: {b.name for b in tre.find_all(nodes.Block)} for m, tre in trær.items()}
        if feil := _blokkfeil(mappe, blokker):
            raise Samlefeil(feil)
        miljø = _miljø(mappe, maler / "brev")
        kompilert = {m: miljø.get_template(f"vedtak.{m}.html") for m in trær}
        for m in trær:
            miljø.get_template(f"ramme.{m}.html")  # a fault in the frame shows here, not in the first letter
        navn = {m: meta.find_undeclared_variables(tre) - {"BREV"} for m, tre in trær.items()}
        return cls(mappe, kompilert, frozenset(blokker["nb"]), navn, les_lov(maler))

    def mangler_blokker(self, vilkaar: Iterable[str]) -> list[str]:
        """Those of the conditions that no block explains. A condition with the name of a block of the frame is one."""
        return [navn for navn in vilkaar if navn not in self.blokker]

    def ukjente_blokker(self, regler: Iterable[str]) -> list[str]:
        """Blocks that explain no rule: a rule that was renamed or removed, or a slip of the pen."""
        return sorted(self.blokker.difference(regler))

    def ukjente_verdier(self, kjente: Iterable[str]) -> list[str]:
        """«file: name» for each name that the letter uses and that is neither fact, parameter nor rule."""
        kjente = set(kjente)
        return [f"vedtak.{m}.html: {n}" for m, navn in self._navn.items() for n in sorted(navn - kjente)]

    @property
    def brukte_navn(self) -> set[str]:
        """Every fact, parameter and rule that a letter shows, in either written form."""
        return set().union(*self._navn.values())

    def skriv(self, sak: Brevsak) -> str:
        """The letter as one HTML page. The same case gives the same bytes.

        Raises Ordningsfeil when the case lacks a value that the text names, or a condition that decided has no block.
        """
        if mangler := self.mangler_blokker(a[0] for a in sak.avgjorende):
            raise self._feil(
                sak,
                f"Ingen blokk i brevet forklarer vilkåret «{mangler[0]}».",
                f"Skriv {{% block {mangler[0]} %}} i begge malene.",
            )
        if sak.utfall == "avslag" and not sak.avgjorende:
            raise self._feil(sak, "Et avslag må si hvilket vilkår som avgjorde.", "Se på saken med ordning forklar.")
        skjelett = self.skjelett(sak)
        try:
            return skjelett.fyll(self.tekster(sak))
        except KeyError as feil:
            raise self._mangler_verdi(sak, str(feil.args[0])) from None

    def skjelett(self, sak: Brevsak) -> Skjelett:
        """The letter of this shape without its values; the values of one case are `tekster`."""
        form = self._form(sak)
        if form not in self._skjeletter:
            merker = Merker()
            navn = {n: merker(n) for n in self._navn[sak.maalform]}
            try:
                self._skjeletter[form] = Skjelett(self._render(sak, navn, merker), merker)
            except UndefinedError as feil:
                raise self._mangler_verdi(sak, "".join((feil.message or "").split("'")[1:2])) from None
        return self._skjeletter[form]

    def skriv_rett_fra_malen(self, sak: Brevsak) -> str:
        """As `skriv`, by the template itself: what the skeletons are tested against."""
        try:
            return self._render(sak, sak.verdier, self.tekster(sak).__getitem__)
        except UndefinedError as feil:
            raise self._mangler_verdi(sak, "".join((feil.message or "").split("'")[1:2])) from None

    def _render(self, sak: Brevsak, verdier: Mapping[str, str], tekst: Callable[[Plass], str]) -> str:
        return self._maler[sak.maalform].render({**verdier, "BREV": self._visning(sak, tekst)})

    def _mangler_verdi(self, sak: Brevsak, navn: str) -> Ordningsfeil:
        hva = f"Brevet bruker «{navn}», som saken ikke har."
        return self._feil(sak, hva, "Rett navnet i malen, eller la regelsettet gi verdien.")

    def _feil(self, sak: Brevsak, hva: str, gjor_dette: str) -> Ordningsfeil:
        sti = self.mappe / f"vedtak.{sak.maalform}.html"
        return Ordningsfeil(hva, f"{sti}, vedtak {sak.vedtak_id}", gjor_dette, IKKE_SKREVET)

    def tekster(self, sak: Brevsak) -> dict[Plass, str]:
        """Every value of the letter, formatted: what differs from one letter to the next of the same shape."""
        tekster: dict[Plass, str] = {
            **sak.verdier,
            ("vedtak_id",): sak.vedtak_id,
            ("ident",): tall.ident(sak.ident),
            ("vedtaksdato",): verditekst.dato(sak.vedtaksdato),
            ("sum",): verditekst.kroner(sum(li[1] for li in sak.linjer)),
            ("utbetales",): verditekst.dato(sak.utbetales) if sak.utbetales else "",
        }
        if sak.omgjort:
            tekster |= {(navn,): verditekst.kroner(getattr(sak.omgjort, navn)) for navn in BELOP}
        for nr, li in enumerate(sak.linjer):
            tekster["periode", nr] = verditekst.periode(li[2], li[3])
            tekster["belop", nr] = verditekst.kroner(li[1])
        for nr, steg in enumerate(sak.utregning):
            tekster["steg", nr] = steg[2]
        for nr, kilde in enumerate(sak.datakilder):
            tekster["kilde", nr] = kilde
        return tekster

    def _form(self, sak: Brevsak) -> tuple:
        """All that decides the shape of the letter: what the frame reads apart from `tekster`."""
        return (
            sak.maalform, sak.utfall, sak.ordning, tuple(sak.avgjorende), tuple((u[0], u[1], *u[3:]) for u in sak.utregning),
            tuple(li[0] for li in sak.linjer), sak.klagefrist_uker, len(sak.datakilder), sak.opphevet, sak.syntetisk, sak.forskrift,
            sak.utbetales is not None, sak.klage_hjemmel, sak.hvem, sak.omgjort and sak.omgjort.slag, sak.avsender,
            self._lovutgave(sak).gjelder_fra,
        )  # fmt: skip

    def _lovutgave(self, sak: Brevsak) -> Lovutgave:
        return lov_paa(sak.vedtaksdato, self._lov)

    def _visning(self, sak: Brevsak, tekst: Callable[[Plass], str]) -> SimpleNamespace:
        """What the frame reads. `tekst` gives the values, so that the templates hold text and no logic."""
        nn = sak.maalform == "nn"
        uker, lov = sak.klagefrist_uker, self._lovutgave(sak)
        tekster = lov.tekst[sak.maalform]
        return SimpleNamespace(
            innvilget=sak.utfall == "innvilget",
            ordning=_i_setning(sak.ordning.nn if nn else sak.ordning.nb),
            vedtak_id=tekst(("vedtak_id",)),
            ident=tekst(("ident",)),
            vedtaksdato=tekst(("vedtaksdato",)),
            avgjorende=[(navn, verditekst.hardt(hjemmel)) for navn, hjemmel in sak.avgjorende],
            utregning=[Utregning(u[0], verditekst.hardt(u[1]), tekst(("steg", nr)), *u[3:]) for nr, u in enumerate(sak.utregning)],
            linjer=[(li[0], tekst(("periode", nr)), tekst(("belop", nr))) for nr, li in enumerate(sak.linjer)],
            sum=tekst(("sum",)),
            klagefrist=f"{uker}{tall.FAST}{_UKER[sak.maalform][uker != 1]}",
            frist_hjemmel=verditekst.hardt(sak.klage_hjemmel) or (tekster.frist if uker == lov.frist_uker else ""),
            datakilder=[tekst(("kilde", nr)) for nr in range(len(sak.datakilder))],
            opphevet=sak.opphevet,
            syntetisk=sak.syntetisk,
            forskrift=verditekst.hardt(_i_setning(sak.forskrift)),
            utbetales=tekst(("utbetales",)) if sak.utbetales else "",
            automatisk=sak.hvem == "regler",
            overstyrt=sak.hvem == "overstyrt",
            omgjort=_omgjort(sak.omgjort, tekst),
            avsender=SimpleNamespace(navn=sak.avsender.navn, kontakt=sak.avsender.kontakt_nn if nn else sak.avsender.kontakt),
            lov=tekster,
            blokker=self.blokker,
        )


def _omgjort(omgjort: Omgjort | None, tekst: Callable[[Plass], str]) -> SimpleNamespace | None:
    """What the frame says about the decision before. An amount of nothing is the empty text."""
    if omgjort is None:
        return None
    belop = {navn: tekst((navn,)) if getattr(omgjort, navn) else "" for navn in BELOP[2:]}
    return SimpleNamespace(aarsak=omgjort.aarsak, var_innvilget=omgjort.for_utfall == "innvilget", belop_for=tekst(("belop_for",)),
                           belop_etter=tekst(("belop_etter",)), **belop)  # fmt: skip


def _miljø(mappe: Path, ramme: Path) -> Environment:
    def hent(navn: str) -> str | None:
        sti = (mappe if navn.startswith("vedtak.") else ramme) / navn
        return maltekst(sti) if sti.is_file() else None

    miljø = Environment(
        loader=FunctionLoader(hent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    miljø.globals.clear()  # range, dict, lipsum …: a fact with such a name must be missed, not found
    return miljø


def _i_setning(navn: str) -> str:
    """A name as it stands inside a sentence: «Forskrift 8. april …» → «forskrift 8. april …», but an acronym as it is."""
    return navn[:1].lower() + navn[1:] if navn[1:2].islower() else navn


def _les_tre(sti: Path, maalform: str) -> nodes.Template:
    ramme = f"ramme.{maalform}.html"
    try:
        tre = Environment(autoescape=True).parse(maltekst(sti))
    except FileNotFoundError:
        raise Ordningsfeil(
            f"Brevmalen {sti.name} mangler.",
            str(sti),
            "Lag filen. Et brev må finnes på bokmål og nynorsk.",
            IKKE_SKREVET,
        ) from None
    except UnicodeDecodeError as feil:
        raise Ordningsfeil(
            "Brevmalen er ikke lagret som UTF-8.", f"{sti}, byte {feil.start}", "Lagre filen som UTF-8.", IKKE_SKREVET
        ) from None
    except TemplateSyntaxError as feil:
        raise Ordningsfeil(
            f"Brevmalen kan ikke leses: {_jinja_grunn(str(feil.message))}.", f"{sti}, linje {feil.lineno}", "Rett linjen.", IKKE_SKREVET
        ) from None
    if logikk := next((n for n in tre.find_all(nodes.Node) if not isinstance(n, _BARE_TEKST)), None):
        raise Ordningsfeil(f"Brevmalen kan bare sette inn verdier; {type(logikk).__name__} er ikke lov.", f"{sti}, linje {logikk.lineno}",
                           "Skriv teksten likt for alle, eller gjør forskjellen til en regel.", IKKE_SKREVET)  # fmt: skip
    if list(meta.find_referenced_templates(tre)) != [ramme]:
        raise Ordningsfeil(
            "Brevmalen bygger ikke på rammen.",
            f"{sti}, linje 1",
            f'Skriv {{% extends "{ramme}" %}} som første linje, og ingen andre maler.',
            IKKE_SKREVET,
        )
    return tre


def _jinja_grunn(melding: str) -> str:
    """The words of the template engine in Norwegian; what has no translation is told by its line alone."""
    for monster, norsk in (
        (r"Encountered unknown tag '(\w+)'", "{{% {0} %}} finnes ikke; skriv {{% block navn %}} og {{% endblock %}}"),
        (r"Unexpected end of template", "en blokk mangler {{% endblock %}}"),
        (r"block '(\w+)' defined twice", "blokken {0} står to ganger"),
        (r"unexpected '(.+?)'", "«{0}» er ikke ventet her; se etter {{{{, }}}}, {{% og %}}"),
        (r"expected token '(.+?)', got '(.+?)'", "«{0}» mangler før «{1}»"),
    ):
        if treff := re.search(monster, melding):
            return norsk.format(*treff.groups())
    return "linjen er ikke gyldig i en mal"


def _blokkfeil(mappe: Path, blokker: dict[str, set[str]]) -> list[Ordningsfeil]:
    feil = []
    for her, der in (("nb", "nn"), ("nn", "nb")):
        sti = mappe / f"vedtak.{her}.html"
        mangler = {b for b in PAAKREVDE if b not in blokker[her]} | (blokker[der] - blokker[her])
        feil += [
            Ordningsfeil(
                f"Blokken «{navn}» mangler i {sti.name}.",
                str(sti),
                f"Skriv {{% block {navn} %}} … {{% endblock %}}. Begge målformer må ha de samme blokkene.",
                IKKE_SKREVET,
            )
            for navn in sorted(mangler)
        ]
    return feil
