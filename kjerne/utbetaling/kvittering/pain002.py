"""The bank's answer to a payment file: ISO 20022 pain.002, at all three levels, as a stream of plain records.

The whole file is refused when it is not XML, is not the answer to a file we sent, or does not agree with itself. One wrong
payment in it is counted, explained and left out, and the rest is used. See `Lesning` for when.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import BinaryIO, NamedTuple

from kjerne.utbetaling.betalingsfil import HashendeLeser
from kjerne.utbetaling.kvittering.orden import BANK, DELVIS, RETUR
from kjerne.utbetaling.kvittering.post import GRUPPE, LINJE, MELDING, Kvittering, Lesning, Sendt, kvitteringsfeil, ren_tekst
from kjerne.utbetaling.xmlinn import Post, Xmlgrenser, xml_poster

VERSJONER = ("pain.002.001.03", "pain.002.001.10")  # the answers to pain.001.001.03 and .09
FOR_ALLE = frozenset(BANK) - {RETUR} | {DELVIS}
FOR_EN = FOR_ALLE - {DELVIS, "RCVD"}

_ROT = {f"{{urn:iso:std:iso:20022:tech:xsd:{v}}}Document": f"urn:iso:std:iso:20022:tech:xsd:{v}" for v in VERSJONER}
_S = "CstmrPmtStsRpt"
_HODE, _BUNT, _GRUPPE = f"{_S}/GrpHdr", f"{_S}/OrgnlGrpInfAndSts", f"{_S}/OrgnlPmtInfAndSts"
_POSTER = frozenset({_HODE, _BUNT, _GRUPPE, f"{_GRUPPE}/TxInfAndSts"})
_OM_GANGEN = 1_000  # lines asked about at a time

_ID = re.compile(r"[A-Za-z0-9/\-?:().,'+ ]{1,35}", re.ASCII)
_GRUNN = re.compile(r"[A-Za-z0-9]{1,35}", re.ASCII)
_BELOP = re.compile(r"(\d{1,16})(?:\.(\d{1,2})0{0,3})?", re.ASCII)
_ANTALL = re.compile(r"\d{1,15}", re.ASCII)


class _Radfeil(Exception):
    """One record cannot be used; the argument is its code in AVVIK."""


class _Enkelt(NamedTuple):
    nr: int
    kvittering: Kvittering
    belop_ore: int | None


class Pain002(Lesning):
    """Reads one file. `melding_id` and `bunt_ref` are set when the first record has come, `sha256` is the whole file's when
    the last has: the same message id with another hash is another message, and the caller refuses it."""

    def __init__(self, fil: BinaryIO, sendt: Sendt, grenser: Xmlgrenser | None = None) -> None:
        super().__init__()
        self._fil, self._sendt, self._grenser = HashendeLeser(fil), sendt, grenser or Xmlgrenser()
        self.melding_id = self.bunt_ref = ""
        self.betalinger = 0  # answers about one payment in the file, used or not
        self._delvis = False
        self._utgitt: Counter[str] = Counter()
        self._opplyst: Counter[str] = Counter()

    @property
    def sha256(self) -> str:
        return self._fil.sha256

    def _poster(self) -> Iterator[Kvittering]:
        enkle = self._les()
        while del_ := list(islice(enkle, _OM_GANGEN)):
            kjent = self._sendt.linjer(self.bunt_ref, [e.kvittering.ende_til_ende_id for e in del_ if e.kvittering.nivaa == LINJE])
            for enkelt in del_:
                if kode := _mot_sendt(enkelt, kjent):
                    self._noter(kode, enkelt.nr)
                else:
                    yield enkelt.kvittering

    def _les(self) -> Iterator[_Enkelt]:
        for post in xml_poster(self._fil, _ROT, _POSTER, kvitteringsfeil, self._grenser):
            if post.navn == "GrpHdr":
                self._meldingshode(post)
                continue
            if not self.melding_id or (post.navn != "OrgnlGrpInfAndSts" and not self.bunt_ref):
                raise kvitteringsfeil("Filen sier ikke hvilken melding den er, eller hvilken betalingsfil den svarer på.")
            try:
                yield from self._en(post)
            except (_Radfeil, ValueError) as feil:
                kode = str(feil) if isinstance(feil, _Radfeil) else "dobbelt_felt"
                self._noter(kode, self.betalinger if post.navn == "TxInfAndSts" else 0)
        self._avslutt()

    def _en(self, post: Post) -> Iterator[_Enkelt]:
        if post.navn == "TxInfAndSts":
            self.betalinger += 1
            yield self._betaling(post)
        else:
            bunt = post.navn == "OrgnlGrpInfAndSts"
            if bunt:
                self._bunten(post)
            if status := post.en("GrpSts" if bunt else "PmtInfSts"):
                yield self._felles(post, status, MELDING if bunt else GRUPPE)

    def _meldingshode(self, post: Post) -> None:
        melding_id = (post.felt.get("MsgId") or [""])[0]
        if self.melding_id or not _ID.fullmatch(melding_id) or len(post.felt["MsgId"]) > 1:
            raise kvitteringsfeil("Filen har ikke ett hode med én gyldig id.")
        self.melding_id = melding_id

    def _bunten(self, post: Post) -> None:
        """Which file is answered, and whether it is the one we sent."""
        refs = post.felt.get("OrgnlMsgId", [])
        if self.bunt_ref or len(refs) != 1:
            raise kvitteringsfeil("Filen svarer ikke på nøyaktig én betalingsfil.")
        if not _ID.fullmatch(refs[0]) or (sendt := self._sendt.bunt(refs[0])) is None:
            raise kvitteringsfeil("Filen svarer på en betalingsfil vi ikke har sendt.", gjor="Spør banken hvem filen er til.")
        antall, sum_ = post.felt.get("OrgnlNbOfTxs", []), post.felt.get("OrgnlCtrlSum", [])
        if any(_antall(a) != sendt[0] for a in antall) or any(_ore(s) != sendt[1] for s in sum_):
            raise kvitteringsfeil("Banken har fått et annet antall eller en annen sum enn vi sendte.",
                                  gjor="Stans bunten, og spør banken hvilken fil den har fått.")  # fmt: skip
        self.bunt_ref = refs[0]
        self._samlet(post, sendt[0])

    def _felles(self, post: Post, status: str, nivaa: str) -> _Enkelt:
        if status not in FOR_ALLE:
            raise _Radfeil("ukjent_status")
        self._delvis |= status == DELVIS
        return _Enkelt(0, self._kvittering(post, "", status, nivaa), None)

    def _betaling(self, post: Post) -> _Enkelt:
        ende, status = post.en("OrgnlEndToEndId"), post.en("TxSts")
        self._utgitt[status] += 1
        if not ende:
            raise _Radfeil("uten_id")
        if not _ID.fullmatch(ende):
            raise _Radfeil("ugyldig_id")
        if status not in FOR_EN:
            raise _Radfeil("ukjent_status" if status else "uten_status")
        belop = post.en("OrgnlTxRef/Amt/InstdAmt")
        ore = _ore(belop) if belop else None
        if belop and (ore is None or post.en("OrgnlTxRef/Amt/InstdAmt@Ccy") not in ("", "NOK")):
            raise _Radfeil("ugyldig_belop")
        return _Enkelt(self.betalinger, self._kvittering(post, ende, status, LINJE), ore)

    def _kvittering(self, post: Post, ende: str, status: str, nivaa: str) -> Kvittering:
        grunner = sorted({*post.felt.get("StsRsnInf/Rsn/Cd", ()), *post.felt.get("StsRsnInf/Rsn/Prtry", ())})
        if not all(map(_GRUNN.fullmatch, grunner)):
            raise _Radfeil("ugyldig_grunn")
        gruppen = post if nivaa == GRUPPE else post.forelder
        gruppe = ren_tekst(gruppen.en("OrgnlPmtInfId"))[:35] if gruppen else ""
        tekst = ren_tekst(*post.felt.get("StsRsnInf/AddtlInf", ()))
        return Kvittering(self.melding_id, self.bunt_ref, ende, status, " ".join(grunner), nivaa, tekst, gruppe)

    def _samlet(self, post: Post, antall_sendt: int) -> None:
        """The bank's own count of each status in the whole file."""
        statuser, antall = post.felt.get("NbOfTxsPerSts/DtldSts", []), post.felt.get("NbOfTxsPerSts/DtldNbOfTxs", [])
        tall = [_antall(a) for a in antall]
        if len(statuser) != len(antall) or None in tall:
            raise kvitteringsfeil("Bankens opptelling av statuser kan ikke leses.")
        for status, n in zip(statuser, tall, strict=True):
            self._opplyst[status] += n or 0
        if statuser and self._opplyst.total() != antall_sendt:
            raise kvitteringsfeil("Bankens opptelling av statuser er ikke lik antallet betalinger.")

    def _avslutt(self) -> None:
        if not self.bunt_ref:
            raise kvitteringsfeil("Filen sier ikke hvilken betalingsfil den svarer på.")
        for status, n in self._utgitt.items():
            if self._opplyst and n != self._opplyst[status]:
                raise kvitteringsfeil("Kvitteringene i filen er flere eller færre enn banken selv har talt.")
        if self._delvis and not self.betalinger:
            self._noter("delvis_uten_detaljer")


def _mot_sendt(enkelt: _Enkelt, kjent: Mapping[str, int]) -> str:
    if enkelt.kvittering.nivaa != LINJE:
        return ""
    sendt_ore = kjent.get(enkelt.kvittering.ende_til_ende_id)
    if sendt_ore is None:
        return "ukjent_id"
    return "annet_belop" if enkelt.belop_ore not in (None, sendt_ore) else ""


def _antall(tekst: str) -> int | None:
    return int(tekst) if _ANTALL.fullmatch(tekst) else None


def _ore(tekst: str) -> int | None:
    treff = _BELOP.fullmatch(tekst)
    return int(treff[1]) * 100 + int((treff[2] or "").ljust(2, "0")) if treff else None
