"""`ordning konsoll` as an operator starts it: on an empty machine, on this machine only, and never on real people."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

from tests.cli.dorer import miljo, ordning

ROT = Path(__file__).parents[2]


def test_starter_paa_en_tom_maskin_og_aapnes_med_tokenet(tmp_path):
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    kommando = [sys.executable, "-m", "kjerne.cli", "konsoll", "--port", str(port), "--data", str(tmp_path / "ny")]
    p = subprocess.Popen(kommando, cwd=ROT, env=os.environ | miljo(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        linjer = [p.stdout.readline() for _ in range(4)]
        assert "8 øvingsbrukere er laget" in linjer[0] and str(tmp_path / "ny") in linjer[1] and "Ctrl-C" in linjer[3], linjer
        adresse = re.search(r"http://127\.0\.0\.1:(\d+)(/start\?token=\S+)", linjer[2])
        assert int(adresse[1]) == port
        opptatt = ordning("konsoll", "--port", port, "--data", tmp_path / "to", miljo=miljo(tmp_path))
        assert opptatt.kode == 2 and "kan ikke brukes" in opptatt.feil and "ikke startet" in opptatt.feil
        svar = _hent(port, adresse[2])
        assert svar.status == 303 and svar.headers["location"] == "/"
        svar = _hent(port, "/bruker", svar.headers["set-cookie"].split(";")[0])
        assert svar.status == 200 and "Lise Leder" in svar.read().decode()
    finally:
        p.send_signal(signal.SIGINT)
        resten = p.communicate(timeout=60)[0]
    assert "Traceback" not in resten


def _hent(port: int, sti: str, kapsel: str = ""):
    for _ in range(600):
        try:
            c = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            c.request("GET", sti, headers={"Cookie": kapsel})
            return c.getresponse()
        except ConnectionRefusedError:
            signal.sigtimedwait((), 0.05)  # the address is written before the door is open
    raise AssertionError("konsollen svarer ikke")


def test_starter_ikke_paa_ekte_personer_uten_innlogging(tmp_path):
    ekte = miljo(tmp_path) | {"ORDNING_MILJO": "prod", "ORDNING_BETALER": "Etaten;889640782;A;12345678903;DNBANOKK"}
    svar = ordning("konsoll", miljo=ekte)
    assert svar.kode == 2 and "Ingen innlogging" in svar.feil and "ikke startet" in svar.feil and not list(tmp_path.iterdir())
