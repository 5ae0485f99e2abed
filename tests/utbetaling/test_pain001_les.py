"""What was changed after the file was written, and files that are meant to do harm."""

import io
import re
from pathlib import Path

import pytest
from betalinger import kontroller, skriv, to_grupper

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.utbetaling.pain001 import les_pain001


def test_ett_ore_endret_hvor_som_helst_oppdages(tmp_path):
    data, _ = skriv(to_grupper())
    steder = list(re.finditer(rb"<(?:CtrlSum|InstdAmt|NbOfTxs)[^>]*>([\d.]+)<", data))
    assert len(steder) == 3 + 3 + 7
    for sted in steder:
        for nr in range(sted.start(1), sted.end(1)):
            if data[nr : nr + 1] == b".":
                continue
            for ny in (48 + (data[nr] - 48 + steg) % 10 for steg in (1, 9)):
                endret = data[:nr] + bytes([ny]) + data[nr + 1 :]
                with pytest.raises(Ordningsfeil, match="Summene stemmer ikke"):
                    kontroller(tmp_path, endret)


def test_enhver_endret_byte_gir_annen_fil(tmp_path):
    data, summer = skriv(to_grupper())

    def utfall(endret):
        try:
            return kontroller(tmp_path, endret)
        except Ordningsfeil as feil:
            return feil

    assert utfall(data) == summer
    for nr in range(0, len(data), 13):
        assert utfall(data[:nr] + bytes([data[nr] ^ 1]) + data[nr + 1 :]) != summer, nr


def test_linje_fjernet_og_doblet_oppdages(tmp_path):
    data, _ = skriv(to_grupper())
    for betaling in re.findall(rb"<CdtTrfTxInf>.*?</CdtTrfTxInf>\n", data):
        for endret in (data.replace(betaling, b""), data.replace(betaling, betaling * 2)):
            with pytest.raises(Ordningsfeil, match="Summene stemmer ikke"):
                kontroller(tmp_path, endret)


def test_summer_som_stemmer_innbyrdes_er_likevel_en_annen_fil(tmp_path):
    linjer = to_grupper()
    _, godkjent = skriv(linjer)
    annen, _ = skriv([linjer[0]._replace(belop_ore=108), *linjer[1:]])
    assert kontroller(tmp_path, annen) != godkjent


# --- hostile files ---------------------------------------------------------------------------------------------------

LE = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def fiendtlige(hemmelig: Path) -> dict[str, bytes]:
    god, _ = skriv(to_grupper())
    dtd = [
        f'<!DOCTYPE Document [<!ENTITY x SYSTEM "file://{hemmelig}">]>',
        f'<!DOCTYPE Document [<!ENTITY % x SYSTEM "file://{hemmelig}"> %x;]>',
        f'<!DOCTYPE Document [<!ENTITY l0 "ha">{LE}<!ENTITY x "&l9;">]>',
        '<!DOCTYPE Document SYSTEM "http://127.0.0.1:9/finnes-ikke.dtd">',
        "<!DOCTYPE Document>",
    ]
    med_dtd = {d[:60]: god.replace(b"<Document", d.encode() + b"<Document", 1) for d in dtd}
    return {
        **{f"{n} ubrukt": d for n, d in med_dtd.items()},
        **{f"{n} brukt": d.replace(b"Kari", b"&x;", 1) for n, d in med_dtd.items()},
        **{f"{n} i beløp": d.replace(b">1.07<", b">&x;<", 1) for n, d in med_dtd.items()},
        "tom": b"",
        "ikke XML": b"PK\x03\x04",
        "avkortet": god[: len(god) // 2],
        "etterslep": god + b"<mer/>",
        "Latin-1": god.replace("ø".encode(), b"\xf8"),
        "annen melding": god.replace(b"pain.001.001.09", b"pain.002.001.03"),
        "annen rot": b"<a/>",
        "uten hode": re.sub(rb"<GrpHdr>.*?</GrpHdr>", b"", god),
        "euro": god.replace(b'Ccy="NOK"', b'Ccy="EUR"'),
        "minus": god.replace(b">1.07<", b">-1.07<"),
        "eksponent": god.replace(b">1.07<", b">107e-2<"),
        "tre desimaler": god.replace(b">1.07<", b">1.070<"),
        "brede siffer": god.replace(b">1.07<", ">１.07<".encode()),
        "uten beløp": re.sub(rb"<InstdAmt.*?</InstdAmt>", b"", god, count=1),
        "to beløp": re.sub(rb"(<InstdAmt.*?</InstdAmt>)", rb"\1\1", god, count=1),
        "dypt": b"<Document>" + b"<a>" * 100_000,
        "ukjent entitet": god.replace(b"Kari", b"&nbsp;"),
    }


def test_fiendtlige_filer_avvises_uten_aa_lekke(tmp_path):
    hemmelig = tmp_path / "hemmelig.txt"
    hemmelig.write_text("KANARI")
    for navn, data in fiendtlige(hemmelig).items():
        for les in (lambda d: kontroller(tmp_path, d), lambda d: list(les_pain001(io.BytesIO(d))[1])):
            with pytest.raises(Ordningsfeil) as feil:
                les(data)
                pytest.fail(navn)
            assert "KANARI" not in str(feil.value) and "Kari" not in str(feil.value)


def test_kommentar_deler_ikke_belopet(tmp_path):
    """`.text` stops at a comment; a reader that keeps comments would see 1 where the bank sees 1.07."""
    data, summer = skriv(to_grupper())
    endret = data.replace(b">1.07<", b">1<!-- x -->.07<")
    assert kontroller(tmp_path, endret).sum_ore == summer.sum_ore
    assert next(les_pain001(io.BytesIO(endret))[1]).belop_ore == 107


def test_grupper_med_ulik_konto_avvises():
    data, _ = skriv(to_grupper())
    forste, siste = data.split(b"</PmtInf>", 1)
    with pytest.raises(Ordningsfeil, match="samme konto"):
        list(les_pain001(io.BytesIO(forste + b"</PmtInf>" + siste.replace(b"12345678911", b"12345678990")))[1])
