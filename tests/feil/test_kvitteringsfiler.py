"""Answers from the bank and from Oppdragssystemet that are wrong, torn, hostile or in a strange order.

The files lie in tests/feil/kvittering with one table of what each must give (fasit.csv): refused, with which words; or
read, with how many records, how many deviations of which kind, and what then holds for each payment («!»: stop, settled
and refused at the same time). A, B and C are the three payments that were sent.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.utbetaling.kvittering.oppdragskvittering import Oppdragskvitteringer
from kjerne.utbetaling.kvittering.orden import slaa_sammen_alle
from kjerne.utbetaling.kvittering.pain002 import Pain002
from kjerne.utbetaling.kvittering.post import AVVIK, LINJE, Avvik

FILER = Path(__file__).parent / "kvittering"
with open(FILER / "fasit.csv", encoding="utf-8", newline="") as _fil:
    FASIT = {rad["fil"]: rad for rad in csv.DictReader(_fil, delimiter=";")}
IDER = {bokstav.lower() * 32: bokstav for bokstav in "ABC"}
ENGELSK = re.compile(r"\b(error|missing|invalid|should|expected|unexpected|must|line|document|premature|entity)\b", re.IGNORECASE)


class Bunt1:
    """Three payments of 100, 200.50 and 300 kroner, sent as BUNT1."""

    def bunt(self, bunt_ref):
        return (3, 600_50) if bunt_ref == "BUNT1" else None

    def linjer(self, bunt_ref, ider):
        assert bunt_ref == "BUNT1"
        belop = dict(zip(IDER, (100_00, 200_50, 300_00), strict=True))
        return {en: belop[en] for en in ider if en in belop}


def les(fil: str):
    sti = FILER / fil
    if fil.startswith("os_"):
        lesning = Oppdragskvitteringer([sti.read_bytes()])
        return lesning, list(lesning)
    with open(sti, "rb") as aapen:
        lesning = Pain002(aapen, Bunt1())
        return lesning, list(lesning)


def test_tabellen_og_mappen_er_like():
    assert sorted(FASIT) == sorted(f.name for f in FILER.glob("*.xml"))
    assert len(FASIT) >= 40


@pytest.mark.parametrize("fil", [f for f, rad in FASIT.items() if rad["nektes_med"]])
def test_filen_nektes(fil):
    with pytest.raises(Ordningsfeil, match=FASIT[fil]["nektes_med"]) as feil:
        les(fil)
    melding = str(feil.value)
    assert "Ingenting fra kvitteringsfilen er tatt i bruk." in melding
    assert feil.value.gjor_dette
    assert not ENGELSK.search(melding), melding
    for innhold in ("a" * 20, "b" * 20, "passwd", Path("/etc/hostname").read_text().strip()):  # nothing of the content
        assert innhold not in melding


@pytest.mark.parametrize("fil", [f for f, rad in FASIT.items() if not rad["nektes_med"]])
def test_filen_leses_og_alt_er_talt(fil):
    rad = FASIT[fil]
    lesning, poster = les(fil)
    assert len(poster) == lesning.lest.total() == int(rad["kvitteringer"])
    assert " ".join(f"{k}={n}" for k, n in sorted(lesning.avvik.items())) == rad["avvik"]
    assert len(lesning.eksempler) == lesning.avvik.total()
    per_linje = defaultdict(list)
    for post in poster:
        if post.nivaa == LINJE:
            per_linje[IDER.get(post.ende_til_ende_id, post.ende_til_ende_id)].append(post)
    stand = {navn: slaa_sammen_alle(svar) for navn, svar in sorted(per_linje.items())}
    assert " ".join(f"{navn}={s.status}{'!' if s.motstrid else ''}" for navn, s in stand.items()) == rad["stand"]
    if isinstance(lesning, Pain002):  # every answer about one payment was used or counted as not used
        for_filen = sum(1 for a in lesning.eksempler if a.nr == 0)
        assert lesning.lest[LINJE] + lesning.avvik.total() - for_filen == lesning.betalinger


def test_avvik_forklares_paa_norsk():
    brukt = {par.partition("=")[0] for rad in FASIT.values() for par in rad["avvik"].split()}
    assert brukt == set(AVVIK)  # every kind has a file
    for kode in AVVIK:
        forklaring = Avvik(kode, 1).forklaring
        assert forklaring.endswith(".") and not ENGELSK.search(forklaring)


def test_feltene_i_en_kvittering():
    _, poster = les("delvis.xml")
    avvist = next(p for p in poster if p.status == "RJCT")
    assert avvist == ("SVAR1", "BUNT1", "b" * 32, "RJCT", "AC01", "linje", "Feil konto", "person-1")
    assert [p.nivaa for p in poster].count("gruppe") == [p.nivaa for p in poster].count("melding") == 1
    assert les("delvis.xml")[0].sha256 == hashlib.sha256((FILER / "delvis.xml").read_bytes()).hexdigest()
    assert les("to_grunner.xml")[1][0].grunn == "AC06 NARR"
    assert les("rtl_i_tekst.xml")[1][0].tekst == "før etter"
    assert les("cdata.xml")[1][0].tekst == "<script>alert(1)</script>"  # text: whoever shows it escapes it
    assert les("os_08.xml")[1][0][:5] == ("2020-06-02-08.30.00.000000",) * 2 + ("SAK1#1", "08", "BB50020F")


def test_en_daarlig_melding_stopper_ikke_de_andre():
    meldinger = [(FILER / f"os_{n}.xml").read_bytes() for n in ("00", "xxe", "08", "tom", "04")]
    lesning = Oppdragskvitteringer(meldinger)
    assert [p.status for p in lesning] == ["00", "00", "08", "04"]
    assert [(a.kode, a.nr) for a in lesning.eksempler] == [("ugyldig_melding", 2), ("ugyldig_melding", 4)]


def test_enhver_avkortet_fil_nektes():
    data = (FILER / "delvis.xml").read_bytes().rstrip()
    for slutt in range(len(data)):
        with pytest.raises(Ordningsfeil):
            list(Pain002(io.BytesIO(data[:slutt]), Bunt1()))


def test_enhver_odelagt_byte_gir_norsk_eller_ingenting():
    """Each byte of a good answer changed, removed and doubled: read, counted or refused, and nothing else is ever raised."""
    for navn in ("delvis.xml", "os_08.xml"):
        data = (FILER / navn).read_bytes()
        for nr in range(len(data)):
            for ny in (bytes([data[nr] ^ 1]), bytes([data[nr] ^ 0x80]), b"", data[nr : nr + 1] * 2, b"<", b"\x00"):
                endret = data[:nr] + ny + data[nr + 1 :]
                if navn.startswith("os_"):
                    lesning = Oppdragskvitteringer([endret])
                    assert list(lesning) or lesning.avvik
                    continue
                try:
                    poster = list(Pain002(io.BytesIO(endret), Bunt1()))
                except Ordningsfeil:
                    continue
                assert all(p.ende_til_ende_id in {"", *IDER} for p in poster)  # never a payment that was not sent


STOR = """
import io, resource, sys
sys.path[:0] = sys.argv[3:]
from kjerne.utbetaling.kvittering.pain002 import Pain002
n, slag = int(sys.argv[1]), sys.argv[2]
hode = b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"><CstmrPmtStsRpt><GrpHdr><MsgId>S</MsgId></GrpHdr>' \\
       b'<OrgnlGrpInfAndSts><OrgnlMsgId>B</OrgnlMsgId></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts>'
slutt = b'</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>'
en = b'<TxInfAndSts><OrgnlEndToEndId>%032d</OrgnlEndToEndId><TxSts>ACSC</TxSts></TxInfAndSts>'
if slag == 'soppel':
    hode, slutt, en = hode.replace(b'<OrgnlPmtInfAndSts>', b''), slutt[len(b'</OrgnlPmtInfAndSts>'):], b'<x a="b">%032d<y><z/></y></x>'
class Fil:
    def __init__(self):
        self.deler = iter([hode, *(None for _ in range(n)), slutt]); self.nr = 0
    def read(self, antall):
        ut = b''
        for d in self.deler:
            self.nr += 1
            ut += en % self.nr if d is None else d
            if len(ut) >= antall: break
        return ut
class Alt:
    def bunt(self, ref): return (n, 1)
    def linjer(self, ref, ider): return dict.fromkeys(ider, 1)
lest = sum(1 for _ in Pain002(Fil(), Alt()))
assert lest == (n if slag == 'svar' else 0), lest
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.parametrize("slag", ["svar", "soppel"])
def test_minnet_vokser_ikke_med_filen(slag):
    """In processes of their own, because only the whole process tells; the second one is all unknown elements."""

    def topp(n: int) -> int:  # kB
        kommando = [sys.executable, "-c", STOR, str(n), slag, *sys.path]
        return int(subprocess.run(kommando, check=True, capture_output=True, text=True).stdout)

    liten = topp(500)
    assert topp(60_000) < liten + 4_000


def test_grensen_for_storrelse():
    from kjerne.utbetaling.xmlinn import Xmlgrenser

    with open(FILER / "god.xml", "rb") as fil, pytest.raises(Ordningsfeil, match="større enn det vi leser"):
        list(Pain002(fil, Bunt1(), Xmlgrenser(bytes_i_alt=500)))
