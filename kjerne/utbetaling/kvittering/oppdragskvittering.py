"""Oppdragssystemet's answers: the message we sent, with a receipt (mmel) in front. One record per line of the message.

00 accepted · 04 accepted with a warning · 08 refused · 12 did not get through. The receiver pads its fixed-width texts with
spaces, which are dropped. Our own message in the answer is read only for its ids: what we sent is known better elsewhere.
A stopped line is sent again under its own id, so an answer belongs to the pair of `melding_id` (the key of avstemming of the
message) and line.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.utbetaling.format.oppdragsform import ROT
from kjerne.utbetaling.kvittering.orden import OPPDRAG
from kjerne.utbetaling.kvittering.post import LINJE, MELDING, Kvittering, Lesning, kvitteringsfeil, ren_tekst
from kjerne.utbetaling.xmlinn import Post, Xmlgrenser, xml_poster

GRENSER = Xmlgrenser(bytes_i_alt=5_000_000)
_POSTER = frozenset({"mmel", "oppdrag-110", "oppdrag-110/oppdrags-linje-150"})
_GRUNN = re.compile(r"[A-Za-z0-9]{0,35}", re.ASCII)


class Oppdragskvitteringer(Lesning):
    """Reads messages, each the bytes of one answer as it came from the queue. One that cannot be used is counted, and the
    next one read."""

    def __init__(self, meldinger: Iterable[bytes]) -> None:
        super().__init__()
        self._meldinger = meldinger

    def _poster(self) -> Iterator[Kvittering]:
        for nr, melding in enumerate(self._meldinger, 1):
            try:
                poster = list(xml_poster(io.BytesIO(melding), {ROT: ""}, _POSTER, kvitteringsfeil, GRENSER))
                yield from self._en(poster, nr)
            except (Ordningsfeil, ValueError):
                self._noter("ugyldig_melding", nr)

    def _en(self, poster: list[Post], nr: int) -> Iterator[Kvittering]:
        svar = [p for p in poster if p.navn == "mmel"]
        oppdrag = [p for p in poster if p.navn == "oppdrag-110"]
        if len(svar) != 1 or len(oppdrag) != 1:
            self._noter("ugyldig_melding", nr)
        elif (status := svar[0].en("alvorlighetsgrad")) not in OPPDRAG:
            self._noter("ukjent_status" if status else "uten_status", nr)
        elif not _GRUNN.fullmatch(svar[0].en("kodeMelding")):
            self._noter("ugyldig_grunn", nr)
        else:
            yield from self._linjene(svar[0], oppdrag[0], [p for p in poster if p.navn == "oppdrags-linje-150"], nr)

    def _linjene(self, svar: Post, oppdrag: Post, linjer: list[Post], nr: int) -> Iterator[Kvittering]:
        sak, nokkel = oppdrag.en("fagsystemId"), oppdrag.en("avstemming-115/nokkelAvstemming")
        felles = Kvittering(
            melding_id=nokkel, bunt_ref=nokkel, ende_til_ende_id="", status=svar.en("alvorlighetsgrad"),
            grunn=svar.en("kodeMelding"), nivaa=MELDING, tekst=ren_tekst(svar.en("beskrMelding")), gruppe=sak,
        )  # fmt: skip
        ider = [p.en("delytelseId") for p in linjer]
        if not sak or not nokkel or max(map(len, (sak, nokkel, *ider))) > 30:
            self._noter("uten_id" if not (sak and nokkel) else "ugyldig_id", nr)
        elif not all(ider):
            self._noter("uten_id", nr)
        elif not ider:
            yield felles
        else:
            yield from (felles._replace(ende_til_ende_id=en, nivaa=LINJE) for en in ider)
