"""One request to the console: who is at the keyboard, what she may do, and the page or the way on that she gets."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import UploadFile

from kjerne.api.konsoll import innhold
from kjerne.api.konsoll.bakgrunn import Bakgrunn
from kjerne.api.konsoll.okt import UENDRET, Inngang, Melding, Okt, krev_egen_side, krev_skjematoken
from kjerne.api.konsoll.side import lag_side
from kjerne.api.problem import Problem
from kjerne.kjoring.medarbeidere import medarbeider
from kjerne.kjoring.rom import Arbeidsrom
from kjerne.kjoring.stoppknapp import kjente_ordninger, ordninger_i_bruk, stoppet
from kjerne.kjoring.visning import foer_visning
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.regelmotor.oppdagelse import oppdag
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.tilgang import HANDLINGER, ROLLENAVN, Medarbeider, har_lov


@dataclass(frozen=True)
class Konsoll:
    """What the routes of one console share."""

    rom: Arbeidsrom
    inngang: Inngang
    bakgrunn: Bakgrunn


class IkkeValgt(Exception):
    """Somebody is let in, but has not said who she is."""


@dataclass
class Besok:
    """`felt` and `fil` are what a form has sent; empty when a page is read."""

    konsoll: Konsoll
    okt: Okt
    hvem: Medarbeider
    sti: str
    felt: dict[str, str] = field(default_factory=dict)
    fil: UploadFile | None = None

    @property
    def rom(self) -> Arbeidsrom:
        return self.konsoll.rom

    @property
    def konto(self) -> str:
        return self.hvem.konto

    def kan(self, handling: str) -> str:
        """Why she may not do it; empty when she may. The server asks the same again when it is done."""
        if har_lov(self.hvem.roller, handling):
            return ""
        raad = "" if self.hvem.registrert else f" {self.konto} er ikke registrert: be leder bruke ordning medarbeider."
        return f"Krever rollen {_hvem_kan(handling)}.{raad}"

    def krev(self, handling: str) -> None:
        """Raises Problem 403 when she may not."""
        if grunn := self.kan(handling):
            raise Problem(403, "mangler-rolle", "Du har ikke tilgang til dette", f"{grunn} {UENDRET}")

    def noter(self, ordning: str, saker: list[str], vist: str, handling: str = "se_sak") -> None:
        """Who saw whom, before it is shown."""
        foer_visning(self.rom, ordning, saker, self.konto, vist, self.okt.formaal, handling)

    def side(self, mal: str, /, status: int = 200, **verdier: Any) -> Response:
        felles = {"b": self, "her": self.sti, "stopp": stoppet(self.rom), "meldinger": self.okt.hent_meldinger(),
                  "ordninger": self.ordninger, "pagaar": self.konsoll.bakgrunn.naa}  # fmt: skip
        return lag_side(mal, status, felles | verdier)

    def videre(self, adresse: str, melding: str, art: str = "ok") -> Response:
        """Done: the browser is sent on with GET, so that nothing is done twice by reloading."""
        self.okt.meldinger.append(Melding(melding, art))
        return self.til(adresse)

    def til(self, adresse: str) -> Response:
        """On with GET, where the page itself says what has happened."""
        return RedirectResponse(adresse, 303)

    @property
    def verkene(self) -> dict[str, Regelverk]:
        return oppdag()[0]

    @property
    def ordninger(self) -> list[str]:
        """Also those whose folder cannot be read: their payments can be stopped."""
        return kjente_ordninger(self.rom)

    def forste_ordning(self) -> str:
        """Where a list opens: the first scheme with applications, else the first. Raises Problem 404 when there is none."""
        med = ordninger_i_bruk(self.rom)
        if not (alle := [o for o in self.verkene if o in med] or list(self.verkene)):
            raise Problem(404, "ingen-ordning", "Det finnes ingen ordning ennå", "Lag en med: ./ordning ny ID")
        return alle[0]

    def opplastet(self, ikke_gjort: str) -> AbstractContextManager[Path]:
        return innhold.paa_disk(self.rom.data, self.fil, ikke_gjort)

    def valgte(self, forstavelse: str) -> list[str]:
        """What was ticked: the ends of the names of the boxes."""
        return [n.removeprefix(forstavelse) for n in self.felt if n.startswith(forstavelse)]

    def tall(self, navn: str, ikke_gjort: str) -> int:
        """The number that was typed. Raises Ordningsfeil."""
        tekst = "".join(self.felt.get(navn, "").split())
        if not (tekst.isascii() and tekst.isdigit() and len(tekst) < 10):
            raise Ordningsfeil("Antallet er ikke et tall.", "feltet antall", "Skriv antallet med sifre.", ikke_gjort, kode=2)
        return int(tekst)


def _hvem_kan(handling: str) -> str:
    *alle, siste = sorted(ROLLENAVN[r] for r in HANDLINGER.get(handling, frozenset()) - {"system"}) or ["ingen har"]
    return f"{', '.join(alle)} eller {siste}" if alle else siste


class Inne(NamedTuple):
    """Somebody who has been let in: whose session it is, and the roles that her login gives (None: no limit)."""

    konsoll: Konsoll
    okt: Okt
    roller: frozenset[str] | None

    def besok(self, sti: str, **sendt: Any) -> Besok:
        """Her visit, with the roles that are hers both here and by her login."""
        hvem = medarbeider(self.konsoll.rom, self.okt.konto)
        if self.roller is not None:
            hvem = replace(hvem, roller=hvem.roller & self.roller)
        return Besok(self.konsoll, self.okt, hvem, sti, **sendt)


async def kjent(request: Request) -> Inne | None:
    """Somebody who is let in and has said who she is, whatever she may do; None for others."""
    try:
        inne = await _inne(request)
    except Problem:
        return None
    return inne if inne.okt.konto else None


async def _inne(request: Request) -> Inne:
    """Raises Problem 401 for who has not come in, and 503 when it cannot be told."""
    konsoll: Konsoll = request.app.state.konsoll
    return Inne(konsoll, *await konsoll.inngang.slipp_inn(request))


def _som_kan(handling: str, inne: Inne, request: Request, **sendt: Any) -> Besok:
    if not inne.okt.konto:
        raise IkkeValgt
    b = inne.besok(request.url.path, **sendt)
    b.krev(handling)
    return b


def lese(handling: str = "se_tall") -> Any:
    """The dependency of a page that is read by those who may do this."""

    async def gjor(request: Request) -> Besok:
        return _som_kan(handling, await _inne(request), request)

    return Depends(gjor)


def gjore(handling: str = "se_tall") -> Any:
    """The dependency of a form: from our own page, for this session, by somebody who may do this."""

    async def gjor(request: Request) -> Besok:
        inne, felt, fil = await _inne_med_skjema(request)
        return _som_kan(handling, inne, request, felt=felt, fil=fil)

    return Depends(gjor)


async def _inne_med_skjema(request: Request) -> tuple[Inne, dict[str, str], UploadFile | None]:
    inne = await _inne(request)
    krev_egen_side(request, inne.konsoll.inngang.opphav(request))
    felt, fil = await innhold.les(request)
    request.state.felt = felt
    krev_skjematoken(inne.okt, felt)
    return inne, felt, fil


def innlogget() -> Any:
    """As `lese`, also before she has said who she is."""
    return Depends(_inne)


def innlogget_skjema() -> Any:
    return Depends(_inne_med_skjema)
