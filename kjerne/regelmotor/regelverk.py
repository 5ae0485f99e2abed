"""A scheme as the engine sees it: manifest, rules in order of calculation, parameters, fingerprint."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from kjerne.kontrakt.feil import Ordningsfeil, Samlefeil
from kjerne.kontrakt.manifest import MOTORFAKTA, Felttype, Manifest, les_manifest
from kjerne.kontrakt.mappefil import krev_trygg, les_tekst
from kjerne.kontrakt.ordforrad import ORDFORRAAD
from kjerne.kontrakt.parameter import Parameterrad, Parameterverdi, les_parametre
from kjerne.kontrakt.regel import Regel, Regelfeil, Regelsett
from kjerne.regelmotor.literaler import literalfeil
from kjerne.regelmotor.ordhjelp import mente
from kjerne.regelmotor.ordlint import IKKE_GJORT, lint_regler
from kjerne.regelmotor.saksfil import LESERE

TABELLNAVN = ("inntekter",)  # arguments that are tables of rows, not columns of the case
PERIODE = ("gjelder_fra", "gjelder_til")  # first and last day of the scheme, from the manifest
FELLES = "_felles"


@dataclass(frozen=True)
class Regelverk:
    """Everything that decides a case. Two with the same fingerprint decide alike."""

    mappe: Path
    manifest: Manifest
    regelsett: Regelsett
    parametre: tuple[Parameterrad, ...]
    fingeravtrykk: str

    @property
    def id(self) -> str:
        return self.manifest.id

    @property
    def regler(self) -> dict[str, Regel]:
        return self.regelsett.regler

    @cached_property
    def fakta(self) -> dict[str, Felttype]:
        """The facts of every case, and those of the engine's own that a rule or a clock asks for (privacy: no others)."""
        brukt = {a for r in self.regler.values() for a in (*r.argumenter, r.fom, r.tom)}
        brukt |= {rad.klokke for rader in self.parameternavn.values() for rad in rader}
        return self.manifest.fakta | {n: t for n, t in MOTORFAKTA.items() if n in brukt}

    @cached_property
    def parameternavn(self) -> dict[str, list[Parameterrad]]:
        """Only the parameters that a rule asks for, each with its rows by date."""
        brukt = {a for r in self.regler.values() for a in (*r.argumenter, r.fom, r.tom)}
        navn = [p.navn for p in self.parametre if p.navn in brukt]
        return {n: sorted((p for p in self.parametre if p.navn == n), key=lambda p: p.fra) for n in dict.fromkeys(navn)}

    @cached_property
    def rekkefolge(self) -> list[Regel]:
        """The rules so that each comes after those it needs. Raises Ordningsfeil for a circle."""
        ferdig: dict[str, Regel] = {}

        def besok(regel: Regel, vei: tuple[str, ...]) -> None:
            if regel.navn in vei:
                ring = " → ".join((*vei[vei.index(regel.navn) :], regel.navn))
                raise Ordningsfeil(
                    f"Reglene går i ring: {ring}.", f"{self.mappe / 'regler.py'}, linje {regel.linje}", "Fjern en av pilene.", IKKE_GJORT
                )
            if regel.navn not in ferdig:
                for navn in regel.argumenter:
                    if navn in self.regler:
                        besok(self.regler[navn], (*vei, regel.navn))
                ferdig[regel.navn] = regel

        for regel in self.regler.values():
            besok(regel, ())
        return list(ferdig.values())

    @cached_property
    def regnerekke(self) -> list[Regel]:
        """As `rekkefolge`, but as close to the order of regler.py as can be: of the rules that are ready, the first written is next."""
        igjen, ut = list(self.regler.values()), []
        while igjen:
            neste = next(r for r in igjen if not any(n.navn in r.argumenter for n in igjen))
            igjen.remove(neste)
            ut.append(neste)
        return ut

    @cached_property
    def rett(self) -> Regel:
        return self.regelsett.av_art("rett")[0]

    def grunner(self, navn: str) -> set[str]:
        """Every name that the rule rests on, directly or through others."""
        ut: set[str] = set()
        venter = [navn]
        while venter:
            for arg in self.regler[venter.pop()].argumenter:
                if arg not in ut:
                    ut.add(arg)
                    if arg in self.regler:
                        venter.append(arg)
        return ut

    def bruker(self, ord_: str) -> bool:
        """Whether a rule uses this word of the vocabulary."""
        return any(ord_ in r.funksjon.__code__.co_names for r in self.regler.values())

    def med_parameter(self, rad: Parameterrad, verdi: Parameterverdi) -> Regelverk:
        """The same scheme with another value in one row: for coverage and simulation."""
        return replace(self, parametre=tuple(p.med(verdi) if p is rad else p for p in self.parametre), fingeravtrykk="")


def les_regelverk(mappe: Path) -> Regelverk:
    """Reads a scheme folder whole. Raises Samlefeil/Ordningsfeil with every finding; runs no rule."""
    krev_trygg(mappe)
    manifest = les_manifest(mappe / "ordning.toml")
    if funn := lint_regler(mappe / "regler.py"):
        raise Samlefeil(funn)
    regelsett = _utfor(mappe / "regler.py", manifest)
    rettskilder = set(manifest.rettskilder)
    parametre = les_parametre(mappe / "parametre.csv", rettskilder)
    felles = mappe.parent / FELLES / "parametre.csv"
    if felles.exists():
        egne = {p.navn for p in parametre}
        brukt = {a for r in regelsett.regler.values() for a in r.argumenter}
        parametre += [p for p in les_parametre(felles, rettskilder | {"FTRL"}) if p.navn not in egne and p.navn in brukt]
    verk = Regelverk(mappe, manifest, regelsett, tuple(parametre), fingeravtrykk(mappe))
    if funn := _sammenheng(verk):
        raise Samlefeil(funn)
    verk.rekkefolge  # noqa: B018  raises for a circle
    return verk


def fingeravtrykk(mappe: Path) -> str:
    """SHA-256 over what decides: rules, parameters, manifest, quality, flow, letters, and the shared parameters."""
    sum_ = hashlib.sha256()
    filer = [mappe / n for n in ("ordning.toml", "regler.py", "parametre.csv", "kvalitet.toml", "flyt.py")]
    filer += sorted((mappe / "brev").glob("*.html")) + [mappe.parent / FELLES / "parametre.csv"]
    for fil in filer:
        if fil.exists():
            navn = f"{fil.parent.name if fil.parent != mappe else ''}/{fil.name}"
            innhold = fil.read_bytes()
            if fil.name == "ordning.toml":  # how far the scheme has come decides no case: it may be closed without new rules
                innhold = re.sub(rb"(?m)^tilstand\s*=.*$", b"", innhold)
            sum_.update(navn.encode() + b"\0" + hashlib.sha256(innhold).digest())
    return sum_.hexdigest()


def _utfor(sti: Path, manifest: Manifest) -> Regelsett:
    rom: dict = {"__name__": f"ordninger.{manifest.id}.regler", "__file__": str(sti)}
    try:
        exec(compile(les_tekst(sti, IKKE_GJORT), str(sti), "exec"), rom)
    except Regelfeil as feil:
        linje = _linje_i(feil, sti)
        raise Ordningsfeil(f"{str(feil).capitalize()}.", f"{sti}, linje {linje}", "Rett dekoratoren.", IKKE_GJORT) from None
    except Exception as feil:  # whatever it is: the scheme is out of service, and the others run on
        hva = f"regler.py kan ikke kjøres ({type(feil).__name__})."
        raise Ordningsfeil(hva, f"{sti}, linje {_linje_i(feil, sti)}", "Rett regelen.", IKKE_GJORT) from feil
    sett = [v for v in rom.values() if isinstance(v, Regelsett)]
    if len(sett) != 1 or sett[0].id != manifest.id:
        raise Ordningsfeil(f'Fant ikke ett Regelsett("{manifest.id}").', str(sti), f'Skriv Regelsett("{manifest.id}").', IKKE_GJORT)
    return sett[0]


def _linje_i(feil: BaseException, sti: Path) -> int:
    spor = feil.__traceback__
    linje = 1
    while spor:
        if spor.tb_frame.f_code.co_filename == str(sti):
            linje = spor.tb_lineno
        spor = spor.tb_next
    return linje


def _sammenheng(verk: Regelverk) -> list[Ordningsfeil]:
    """Names that do not exist or mean two things, sources that are not declared, roles without a payee."""
    fakta, parametre = verk.manifest.fakta | MOTORFAKTA, {p.navn for p in verk.parametre}
    kjente = {*fakta, *parametre, *verk.regler, *TABELLNAVN, *PERIODE}
    sti = verk.mappe / "regler.py"
    feil = []

    def si(regel: Regel, hva: str, gjor: str) -> None:
        feil.append(Ordningsfeil(hva, f"{sti}, linje {regel.linje}, regelen {regel.navn}", gjor, IKKE_GJORT))

    for regel in verk.regler.values():
        for navn in (*regel.argumenter, *(n for n in (regel.fom, regel.tom) if n)):
            if navn not in kjente:
                gjor = mente(navn, kjente - {regel.navn}) or "Legg det til i ordning.toml, parametre.csv eller regler.py."
                si(regel, f"«{navn}» finnes ikke som søknadsfelt, parameter eller regel.", gjor)
        if regel.navn in fakta or regel.navn in parametre or regel.navn in ORDFORRAAD:
            si(regel, f"Navnet «{regel.navn}» er også et felt, en parameter eller et ord i ordforrådet.", "Gi regelen et eget navn.")
        if regel.hjemmel.kilde not in verk.manifest.rettskilder:
            si(regel, f"Rettskilden {regel.hjemmel.kilde} står ikke i [rettskilder].", "Legg den til i ordning.toml.")
        feil_kilder = [k for k in map(str.strip, regel.kilde.split(",")) if k not in verk.manifest.kilder]
        if feil_kilder:
            si(regel, f"Kilden {', '.join(feil_kilder)} står ikke i [kilder].", "Legg den til i ordning.toml.")
        if regel.til and regel.til not in verk.manifest.utbetaling.mottakere:
            si(regel, f"Mottakeren «{regel.til}» finnes ikke.", "Legg den til i [utbetaling.mottakere] i ordning.toml.")
    lovens = {r.klokke for r in verk.manifest.rettskilder.values() if r.klokke}
    for klokke in {p.klokke for p in verk.parametre if p.klokke} | {verk.manifest.dato_for_regler} | lovens:
        if klokke not in kjente or fakta.get(klokke, "dato") != "dato":
            feil.append(
                Ordningsfeil(
                    f"Klokken «{klokke}» er ikke en dato i saken.",
                    str(verk.mappe / ("ordning.toml" if klokke in lovens else "parametre.csv")),
                    "Bruk et felt av typen dato.",
                    IKKE_GJORT,
                )
            )
    feil += literalfeil(verk)
    feil += _registerfeil(verk)
    if len(verk.regelsett.av_art("rett")) != 1:
        feil.append(
            Ordningsfeil(
                "Ordningen må ha nøyaktig én regel med @….rett.", str(sti), "Skriv den ene regelen som samler vilkårene.", IKKE_GJORT
            )
        )
    if not verk.regelsett.av_art("beløp"):
        feil.append(
            Ordningsfeil("Ordningen har ingen regel med @….beløp.", str(sti), "Skriv hva som skal betales, og til hvem.", IKKE_GJORT)
        )
    return feil


_SLAG = {"heltall": "tall", "kroner": "tall", "prosent": "tall", "dato": "dato", "ja/nei": "ja_nei"}


def _registerfeil(verk: Regelverk) -> list[Ordningsfeil]:
    """Register facts that fetch what is not there, or what is not of their type."""
    sti, feil = str(verk.mappe / "ordning.toml"), []
    for felt in verk.manifest.registerfelt:
        navn, type_ = felt.oppslag.regel, ""
        if navn in verk.regler and verk.regler[navn].art != "samling":
            enhet = verk.regler[navn].enhet
            type_ = _SLAG.get(enhet, "tall")
        elif verk.fakta.get(navn, "kontonummer") != "kontonummer":
            type_ = _SLAG.get(verk.fakta[navn], verk.fakta[navn])
        if navn and not type_:
            feil.append(Ordningsfeil(f"{felt.navn} henter «{navn}», som ikke er en regel eller et felt i ordningen.", sti,
                                     "Skriv navnet på en regel som gir ett tall, en dato eller ja/nei.", IKKE_GJORT))
        elif navn and type_ != _SLAG.get(felt.type, felt.type):
            hva = f"{felt.navn} har typen {felt.type}, men «{navn}» gir {type_}."
            feil.append(Ordningsfeil(hva, sti, "Gi feltet samme type.", IKKE_GJORT))
        try:
            LESERE.get(felt.type, str)("" if felt.tomt_betyr is None else str(felt.tomt_betyr))
        except ValueError as grunn:
            feil.append(Ordningsfeil(f"tomt_betyr i {felt.navn} kan ikke leses: {grunn}.", sti, "Rett verdien.", IKKE_GJORT))
    return feil
