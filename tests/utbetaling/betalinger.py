"""Synthetic batches for the tests of payment files."""

import datetime as dt
import io
from collections.abc import Sequence
from pathlib import Path

from hypothesis import strategies as st

from kjerne.utbetaling.betalingsfil import Betalingshode, Betalingslinje, Filsum, Gruppe
from kjerne.utbetaling.pain001 import kontroller_fil, skriv_pain001

TID = dt.datetime(2020, 6, 2, 6, 30, tzinfo=dt.UTC)


def linje(nr: int = 1, **felt) -> Betalingslinje:
    grunn = {
        "ende_til_ende_id": f"{nr:032x}", "konto": "12345678903", "belop_ore": 100 * nr + 7, "navn": "Kari Prøve",
        "gruppe": "person", "tekst": "Støtte juni 2020",
    }  # fmt: skip
    return Betalingslinje(**grunn | felt)


def hode(linjer: Sequence[Betalingslinje], **felt) -> Betalingshode:
    """A head whose totals fit the lines."""
    navn = list(dict.fromkeys(b.gruppe for b in linjer))
    belop = {n: [b.belop_ore for b in linjer if b.gruppe == n] for n in navn}
    grunn = {
        "melding_id": "b" * 35, "opprettet": TID, "avsender_navn": "Etat for prøver", "avsender_orgnr": "889640782",
        "bank_avtale": "AVTALE1", "debitor_konto": "12345678911", "debitor_bic": "DNBANOKK",
        "betalingsdato": dt.date(2020, 6, 3), "antall": len(linjer), "sum_ore": sum(b.belop_ore for b in linjer),
        "grupper": tuple(Gruppe(n, len(b), sum(b)) for n, b in belop.items()),
    }  # fmt: skip
    return Betalingshode(**grunn | felt)


def to_grupper() -> list[Betalingslinje]:
    personer = [linje(n) for n in range(1, 5)]
    return personer + [linje(n, gruppe="arbeidsgiver", tekst="", kid="2345676") for n in range(5, 8)]


def bunter() -> st.SearchStrategy[list[Betalingslinje]]:
    """Lines grouped, with every kind of name and text, and amounts from one øre up."""
    fyll = st.fixed_dictionaries(
        {
            "belop_ore": st.integers(1, 10**10),
            "navn": st.text(max_size=90),
            "melding": st.one_of(
                st.text(min_size=1, max_size=140).map(lambda t: {"tekst": t, "kid": ""}),
                st.from_regex(r"[0-9]{1,24}[0-9-]", fullmatch=True).map(lambda k: {"tekst": "", "kid": k}),
            ),
        }
    )
    grupper = st.lists(st.lists(fyll, min_size=1, max_size=6), min_size=1, max_size=4)

    def linjer(grupper: list[list[dict]]) -> list[Betalingslinje]:
        flate = [(f"gruppe {g}", dict(felt)) for g, gruppe in enumerate(grupper) for felt in gruppe]
        return [linje(nr, gruppe=g, **felt.pop("melding"), **felt) for nr, (g, felt) in enumerate(flate)]

    return grupper.map(linjer)


def skriv(linjer, **felt) -> tuple[bytes, Filsum]:
    ut = io.BytesIO()
    summer = skriv_pain001(hode(linjer, **felt), iter(linjer), ut)
    return ut.getvalue(), summer


def kontroller(tmp_path: Path, data: bytes) -> Filsum:
    (tmp_path / "fil.xml").write_bytes(data)
    return kontroller_fil(tmp_path / "fil.xml")
