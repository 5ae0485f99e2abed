"""The grammar of flyt.py. The file names steps and does nothing else, so it is read whole as a tree before anything in it is run:

    \"\"\"A line about the flow.\"\"\"
    from flows import standardflyt, verifisering
    flyt = standardflyt("<the scheme's id>").uten("brev").etter("bunt", verifisering)

What is not on the list is a finding. A scheme that needs another step needs it in the engine (see runbooks/adr/0011).
"""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

from kjerne.kontrakt.feil import Ordningsfeil, Samlefeil
from kjerne.kontrakt.modenhet import FILNAVN, les_modenhet
from kjerne.regelmotor.ordlint import les_tre

STANDARDFLYT = "standardflyt"
STEG = ("mottak", "innhenting", "kvalitet", "vurder", "brev", "bunt")
EKSTRASTEG = ("verifisering",)  # what a scheme may add; flows exports each by this name
VERN = {  # steps that no scheme runs without, and what they protect
    "mottak": "den leser søknadene og avviser det som ikke kan være riktig",
    "kvalitet": "den holder igjen saker med mangelfulle opplysninger",
    "vurder": "den fatter vedtakene",
    "bunt": "den kontrollerer betalingene før noen kan godkjenne dem",
}
IKKE_GJORT = "Ordningen er ute av drift til filen er rettet. Filen er ikke kjørt."
SKRIV_SLIK = 'Skriv bare import fra flows og flyt = standardflyt("{id}"), med .uten(…) og .etter(…, steg) der det trengs.'


def lint_flyt(sti: Path) -> list[Ordningsfeil]:
    """All findings in the file, with line and fix. Empty = good."""
    try:
        les_flyttre(sti)
    except Samlefeil as feil:
        return feil.feil
    except Ordningsfeil as feil:
        return [feil]
    return []


def les_flyttre(sti: Path) -> ast.Module:
    """The file as a tree that may be run: it does nothing but name steps. Raises Ordningsfeil/Samlefeil with every finding."""
    try:
        tre = les_tre(sti, IKKE_GJORT)
    except Ordningsfeil as feil:
        raise replace(feil, hva=feil.hva.replace("Filen", "flyt.py")) from None
    lint = _Lint(sti)
    lint.fil(tre)
    if lint.funn:
        raise Samlefeil(lint.funn)
    return tre


class _Lint:
    def __init__(self, sti: Path):
        self.sti, self.id = sti, sti.parent.name
        self.funn: list[Ordningsfeil] = []
        self.hentet: set[str] = set()
        self.steg, self.utelatt = list(STEG), []

    def si(self, node: ast.AST | None, hva: str, gjor: str = SKRIV_SLIK) -> None:
        hvor = f"{self.sti}, linje {getattr(node, 'lineno', 1)}"
        self.funn.append(Ordningsfeil(f"{hva}.", hvor, gjor.format(id=self.id), IKKE_GJORT))

    def fil(self, tre: ast.Module) -> None:
        flyter = []
        for nr, node in enumerate(tre.body):
            if nr == 0 and isinstance(node, ast.Expr) and _tekst(node.value) is not None:
                continue  # the docstring
            if isinstance(node, ast.ImportFrom):
                self.importen(node)
            elif isinstance(node, ast.Assign) and len(node.targets) == 1 and getattr(node.targets[0], "id", "") == "flyt":
                flyter.append(node)
            else:
                self.si(node, f"{type(node).__name__ if hasattr(node, 'body') else f'«{ast.unparse(node)[:60]}»'} er ikke lov i flyt.py")
        if len(flyter) != 1:
            return self.si(flyter[1] if flyter else None, "flyt skal settes én gang i flyt.py")
        if self.flyten(flyter[0].value):
            self.grunnene(flyter[0])
        return None

    def importen(self, node: ast.ImportFrom) -> None:
        kan = (STANDARDFLYT, *EKSTRASTEG)
        if node.module != "flows" or node.level:
            return self.si(node, f"Import fra «{'.' * node.level}{node.module or ''}» er ikke lov i flyt.py")
        for alias in node.names:
            if alias.name not in kan or alias.asname:
                self.si(node, f"«{alias.name}» kan ikke hentes slik", f"Fra flows kan dette hentes, med sitt eget navn: {', '.join(kan)}.")
            self.hentet.add(alias.name)
        return None

    def flyten(self, node: ast.expr) -> bool:
        """Reads the chain from its beginning, and follows which steps there are. False when it is no such chain."""
        if not isinstance(node, ast.Call) or node.keywords:
            return self.ikke_lov(node)
        if isinstance(node.func, ast.Name):
            return self.begynnelsen(node)
        if not isinstance(node.func, ast.Attribute) or node.func.attr not in ("uten", "etter"):
            return self.ikke_lov(node)
        if not self.flyten(node.func.value):
            return False
        return self.uten(node) if node.func.attr == "uten" else self.etter(node)

    def ikke_lov(self, node: ast.expr) -> bool:
        self.si(node, f"«{ast.unparse(node)[:60]}» er ikke lov i flyt.py")
        return False

    def begynnelsen(self, node: ast.Call) -> bool:
        id_ = _tekst(node.args[0]) if len(node.args) == 1 else None
        if node.func.id != STANDARDFLYT or STANDARDFLYT not in self.hentet or id_ is None:
            return self.ikke_lov(node)
        if id_ != self.id:
            self.si(node, f"Flyten er «{id_[:40]}», men mappen heter «{self.id}»", 'Skriv standardflyt("{id}").')
        return True

    def uten(self, node: ast.Call) -> bool:
        navnene = [_tekst(a) for a in node.args]
        if not navnene or None in navnene:
            return self.ikke_lov(node)
        for navn in navnene:
            if navn in VERN:
                self.si(node, f"Steget {navn} kan ikke utelates: {VERN[navn]}", "La steget stå.")
            elif self.finnes(node, navn):
                self.steg.remove(navn)
                self.utelatt.append(navn)
        return True

    def etter(self, node: ast.Call) -> bool:
        if len(node.args) != 2 or (navn := _tekst(node.args[0])) is None or not isinstance(node.args[1], ast.Name):
            return self.ikke_lov(node)
        nytt = node.args[1].id
        if nytt not in EKSTRASTEG or nytt not in self.hentet:
            kan = f"Hent det fra flows. Disse kan legges til: {', '.join(EKSTRASTEG)}."
            self.si(node, f"«{nytt}» er ikke et steg som kan legges til", kan)
        elif nytt in self.steg:
            self.si(node, f"Steget {nytt} står to ganger", "Behold det ene.")
        elif self.finnes(node, navn):
            self.steg.insert(self.steg.index(navn) + 1, nytt)
        return True

    def finnes(self, node: ast.Call, navn: str) -> bool:
        if navn not in self.steg:
            self.si(node, f"Flyten har ikke steget «{navn[:40]}»", f"Stegene er: {', '.join(self.steg)}.")
        return navn in self.steg

    def grunnene(self, node: ast.Assign) -> None:
        """A step that is left out has a reason that others can read, and a reason has a step that is left out."""
        try:
            grunner = les_modenhet(self.sti.parent).uten_steg
        except Ordningsfeil:
            return  # its own check says what is wrong with it
        for navn in self.utelatt:
            if navn not in grunner:
                self.si(node, f"Steget {navn} er utelatt uten grunn", f'Skriv grunnen i {FILNAVN} under [uten_steg]: {navn} = "…".')
        for navn in sorted(set(grunner) - set(self.utelatt)):
            self.si(node, f"{FILNAVN} har en grunn til å utelate {navn[:40]}, men flyten gjør ikke det", "Fjern grunnen.")


def _tekst(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
