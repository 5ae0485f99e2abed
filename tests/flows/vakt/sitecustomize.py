"""Loaded by every Python process that starts with this folder on PYTHONPATH: nobody may speak to another machine.

VAKTLOGG is a file: a line "på <pid> <command>" for each process that is guarded, a line "forsøk …" for each attempt.
"""

import os
import sys

LOKALE = {"127.0.0.1", "::1", "localhost", "0.0.0.0", "::", "", None, b"localhost", b"127.0.0.1"}


def _skriv(linje: str) -> None:
    nr = os.open(os.environ["VAKTLOGG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(nr, f"{linje}\n".encode())
    os.close(nr)


def _vakt(hendelse: str, args: tuple) -> None:
    if hendelse in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        adresse = args[1]
        vert = adresse[0] if isinstance(adresse, tuple) else None  # a Unix socket has a path, not a tuple
    elif hendelse in ("socket.getaddrinfo", "socket.gethostbyname"):
        vert = args[0]
    else:
        return
    if vert not in LOKALE:
        _skriv(f"forsøk {hendelse} {vert!r}")
        raise PermissionError(f"ingen forbindelse til {vert!r} i prøvene")


if "VAKTLOGG" in os.environ:
    _skriv(f"på {os.getpid()} {' '.join(sys.orig_argv)}")
    sys.addaudithook(_vakt)
