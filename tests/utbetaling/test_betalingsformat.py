"""The port: every format, old and new, keeps the same promises."""

import io
import re
import subprocess
import sys

import betalinger
import oppdragsfiler
import pytest

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.utbetaling.format.formater import FORMATER, velg_format

ALLE = pytest.mark.parametrize("navn", FORMATER)


def bunt(navn: str, antall: int = 6):
    """Head and lines of a batch in this format."""
    if navn.startswith("pain"):
        linjer = [betalinger.linje(nr) for nr in range(1, antall + 1)]
        return betalinger.hode(linjer, versjon=navn), linjer
    meldinger = [oppdragsfiler.oppdrag(nr) for nr in range(1, antall + 1)]
    return oppdragsfiler.oppdragshode(meldinger), meldinger


def skriv(navn: str):
    ut = io.BytesIO()
    hode, linjer = bunt(navn)
    return FORMATER[navn].skriv(hode, iter(linjer), ut), ut.getvalue()


def test_formatene():
    assert sorted(FORMATER) == ["oppdrag", "pain.001.001.03", "pain.001.001.09"]
    assert all(velg_format(navn).navn == navn for navn in FORMATER)
    with pytest.raises(Ordningsfeil, match="pain.001.001.09"):
        velg_format("pain.001.001.02")


@ALLE
def test_skrevet_kontrollert_og_lest_tilbake(navn, tmp_path):
    summer, data = skriv(navn)
    hode, linjer = bunt(navn)
    assert (summer.antall, summer.sum_ore) == (hode.antall, hode.sum_ore)
    assert skriv(navn)[1] == data
    (tmp_path / "fil").write_bytes(data)
    assert FORMATER[navn].kontroller(tmp_path / "fil") == summer
    tilbake = list(FORMATER[navn].les(io.BytesIO(data))[1])
    assert [t._replace(gruppe="") if hasattr(t, "gruppe") else t for t in tilbake] == [
        b._replace(gruppe="") if hasattr(b, "gruppe") else b for b in linjer
    ]


@ALLE
def test_ett_ore_og_en_linje_oppdages(navn, tmp_path):
    """Amounts changed, lines dropped and doubled: refused, or another sum than the approved one."""
    summer, data = skriv(navn)
    belop = [m.span(1) for m in re.finditer(rb"<(?:InstdAmt|sats)[^>]*>([\d.]+)<", data)]
    linjer = re.findall(rb"<CdtTrfTxInf>.*?</CdtTrfTxInf>\n|<\?xml[^\n]*?<o:oppdrag.*?\n", data)
    assert len(belop) == len(linjer) == 6
    endret = [data[:fra] + bytes([48 + (data[fra] - 47) % 10]) + data[fra + 1 :] for fra, _ in belop]
    endret += [data.replace(en, ny) for en in linjer for ny in (b"", en * 2)]
    for en in endret:
        (tmp_path / "fil").write_bytes(en)
        try:
            funnet = FORMATER[navn].kontroller(tmp_path / "fil")
        except Ordningsfeil:
            continue
        assert (funnet.antall, funnet.sum_ore) != (summer.antall, summer.sum_ore)


@ALLE
@pytest.mark.parametrize("felt", ["antall", "sum_ore"])
def test_summer_som_ikke_stemmer_gir_ingen_fil(navn, felt):
    import dataclasses

    hode, linjer = bunt(navn)
    galt = dataclasses.replace(hode, **{felt: getattr(hode, felt) + 1})
    with pytest.raises(Ordningsfeil):
        FORMATER[navn].skriv(galt, iter(linjer), io.BytesIO())


@ALLE
def test_en_fil_av_et_annet_format_nektes(navn, tmp_path):
    for annet in set(FORMATER) - {navn}:
        (tmp_path / "fil").write_bytes(skriv(annet)[1])
        with pytest.raises(Ordningsfeil):
            FORMATER[navn].kontroller(tmp_path / "fil")
        with pytest.raises(Ordningsfeil):
            list(FORMATER[navn].les(io.BytesIO(skriv(annet)[1]))[1])


def test_feil_versjon_i_hodet_nektes():
    hode, linjer = bunt("pain.001.001.03")
    with pytest.raises(Ordningsfeil, match="annen versjon"):
        FORMATER["pain.001.001.09"].skriv(hode, linjer, io.BytesIO())


STOR = """
import resource, sys
sys.path[:0] = sys.argv[3:]
import oppdragsfiler
from kjerne.utbetaling.format.formater import FORMATER
n, sti = int(sys.argv[1]), sys.argv[2]
hode = oppdragsfiler.oppdragshode([], antall=n, sum_ore=sum(range(1, n + 1)) * 10000)
oppdrag = FORMATER["oppdrag"]
with open(sti, "wb") as fil:
    skrevet = oppdrag.skriv(hode, (oppdragsfiler.oppdrag(nr) for nr in range(1, n + 1)), fil)
assert oppdrag.kontroller(sti) == skrevet
with open(sti, "rb") as fil:
    assert sum(1 for _ in oppdrag.les(fil)[1]) == n
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_minnet_vokser_ikke_med_antall_oppdrag(tmp_path):
    def topp(n: int) -> int:  # kB
        kommando = [sys.executable, "-c", STOR, str(n), str(tmp_path / "stor"), *sys.path]
        return int(subprocess.run(kommando, check=True, capture_output=True, text=True).stdout)

    liten = topp(100)
    assert topp(5_000) < liten + 4_000
    assert (tmp_path / "stor").stat().st_size > 5_000_000
