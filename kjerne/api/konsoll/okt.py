"""The one session of a local console: opened by the start token, with a form token of its own, and who is at the keyboard just now."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from fastapi import Request

from kjerne.api.problem import Problem
from kjerne.api.tilgang import Lokal

KAPSEL = "ordning_konsoll"  # not that of the API: a browser shares its cookies between the ports of one machine
UENDRET = "Ingenting er endret."


@dataclass
class Melding:
    """What the next page says first. `art`: ok, naa or stopp, as the classes of `merke`."""

    tekst: str
    art: str = "ok"


@dataclass
class Okt:
    """Kept in memory only: who stops the console, logs everybody out."""

    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    konto: str = ""
    formaal: str = "saksbehandling"
    meldinger: list[Melding] = field(default_factory=list)
    treff: Sequence[tuple[str, str]] = ()  # (scheme, case) of the last search: it is never in an address

    def bytt(self, konto: str) -> None:
        """Another person sits down: what the last one searched for, and her forms, are gone."""
        self.konto, self.treff, self.csrf = konto, (), secrets.token_urlsafe(32)

    def hent_meldinger(self) -> list[Melding]:
        ut, self.meldinger = self.meldinger, []
        return ut


class Inngang(Lokal):
    """As the API's, with a cookie of its own."""

    kapsel = KAPSEL

    def __init__(self) -> None:
        super().__init__()
        self.okt = Okt()


def krev_egen_side(request: Request) -> None:
    """What is posted must come from a page of ours. Every browser says where a post comes from. Raises Problem."""
    fra = urlsplit(request.headers.get("origin", ""))
    if fra.scheme != request.url.scheme or fra.netloc != request.headers.get("host"):
        raise Problem(403, "fremmed-side", "Skjemaet må sendes fra konsollens egen side", UENDRET)


def krev_skjematoken(okt: Okt, felt: dict[str, str]) -> None:
    """The form was made for this session, and for the person who sits here now. Raises Problem."""
    if not hmac.compare_digest(felt.pop("csrf", "").encode(), okt.csrf.encode()):
        raise Problem(403, "gammelt-skjema", "Skjemaet gjelder ikke lenger",
                      f"{UENDRET} Siden kan være åpnet før noen byttet bruker eller konsollen startet på nytt. Åpne den på nytt.")
