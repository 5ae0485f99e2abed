"""Four fictional cases: granted, granted with two payees, refused on one condition, refused on two."""

import datetime as dt
from pathlib import Path

from kjerne.brev import Avgjorende, Brevlinje, Brevmal, Brevsak, Utregning, formater
from kjerne.kontrakt.manifest import Tospraak

PROEVER = Path(__file__).parent / "proever"
GULL = Path(__file__).parents[1] / "gull"
MAL = Brevmal.les(PROEVER)

_FAKTA = {
    "mottatt_dato": (dt.date(2020, 4, 5), "dato"),
    "søknadsfrist": (dt.date(2020, 4, 1), "dato"),
    "bosted": ("Soria Moria", "tekst"),
    "tapt_lønn": (8400.0, "kr"),
    "minste_tap": (5000.0, "kr"),
    "antall_netter": (7, "dager"),
}
FRIST = Avgjorende("søkt_innen_fristen", "trollforskriften § 2")
BRO = Avgjorende("bor_ved_broen", "trollforskriften § 3 første ledd")
_KILDER = {
    "nb": ("Søknaden din, mottatt 5. april 2020", "A-ordningen: inntekt januar–mars 2020, hentet 12. april 2020"),
    "nn": ("Søknaden din, motteken 5. april 2020", "A-ordninga: inntekt januar–mars 2020, henta 12. april 2020"),
}
_DEG = {"nb": "Deg", "nn": "Deg"}
_MØLLEREN = {"nb": "Arbeidsgiveren din (889 640 782)", "nn": "Arbeidsgivaren din (889 640 782)"}


def sak(maalform="nb", utfall="innvilget", avgjorende=(), to_mottakere=False, **endret) -> Brevsak:
    verdier = {n: formater(n, v, t, maalform) for n, (v, t) in _FAKTA.items()}
    utregning = [
        Utregning(
            "Lønnen du tapte for hver natt",
            "trollforskriften § 5",
            formater("x", 1200.0, "kr", maalform),
            "lønn_per_natt",
        ),
        Utregning(
            "Andelen som dekkes", "trollforskriften § 5 andre ledd", formater("x", 0.8, "andel", maalform), "andel"
        ),
        Utregning("Stønaden", "trollforskriften § 6", formater("x", 6720.0, "kr", maalform), "stønad"),
    ]
    linjer = [Brevlinje(_DEG[maalform], 672000, dt.date(2020, 3, 20), dt.date(2020, 3, 27))]
    if to_mottakere:
        linjer.append(Brevlinje(_MØLLEREN[maalform], 123456, dt.date(2020, 3, 28), dt.date(2020, 3, 31)))
    felles = {
        "maalform": maalform, "utfall": utfall, "ordning": Tospraak(nb="trollstønad", nn="trollstønad"),
        "vedtak_id": "0b7c1b6e-8f0a-5d8e-9a53-2a1f6f0a9f10", "ident": "01810012345",
        "vedtaksdato": dt.date(2020, 4, 20), "verdier": verdier, "avgjorende": avgjorende,
        "utregning": utregning if utfall == "innvilget" else [],
        "linjer": linjer if utfall == "innvilget" else [], "klagefrist_uker": 6, "datakilder": _KILDER[maalform],
        "opphevet": True, "syntetisk": True, "forskrift": {"nb": "trollforskriften", "nn": "trollforskrifta"}[maalform],
    }  # fmt: skip
    return Brevsak(**felles | endret)


GULLSAKER = {
    f"brev-{navn}.{m}.html": sak(m, **valg)
    for m in ("nb", "nn")
    for navn, valg in {
        "innvilget": {},
        "innvilget-to-mottakere": {"to_mottakere": True, "opphevet": False, "utbetales": dt.date(2020, 4, 24),
                                   "klage_hjemmel": "trolloven § 7"},
        "avslag": {"utfall": "avslag", "avgjorende": [FRIST]},
        "avslag-to-grunner": {"utfall": "avslag", "avgjorende": [FRIST, BRO]},
    }.items()
}

if __name__ == "__main__":  # accept the letters as they are now; read the diff before you commit it
    for navn, en in GULLSAKER.items():
        (GULL / navn).write_text(MAL.skriv(en), "utf-8")
