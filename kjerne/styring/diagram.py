"""Charts as inline SVG text: pure functions, no JavaScript, no style sheet needed, nothing fetched.

Places are in per cent of the width and text is in pixels, so a chart has the same readable text on a phone of 360 px
and on a wide screen (a viewBox would scale the text with it). Every number stands beside its mark and series differ by
dashes, marker and name, so nothing is said by colour alone and a black and white print says the same. Colours are those
of NAV's Aksel; the text takes the font of the page. A small number that must not be shown is None.
"""

from __future__ import annotations

import hashlib
import math
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from kjerne.drift import tall

BLAA, LYSBLAA, GRAA, TEKST, DEMPET = "#0067C5", "#E2EFFA", "#E6E8EB", "#262626", "#525252"
SMAL = 294  # px: the width of a chart inside its card on a phone of 360 px; what fits there fits everywhere
TEGN = 7.2  # px: a wide average of one character at 15 px
SIFFER = 1.17  # digits are wider than letters
SKJULT = "skjult"
Verdi = int | float | None


def stolper(titler: Sequence[str], verdier: Sequence[Verdi], tittel: str, beskrivelse: str, enhet: str = "") -> str:
    """Horizontal bars, each under its name and with its number at the end."""
    _like_mange(titler, verdier)
    tekster = [_tall(v, enhet) for v in verdier]
    full = _plass_til(tekster)
    hoyest = max((v for v in verdier if v), default=0) or 1
    deler, y = [], 0
    for navn, verdi, tekst in zip(titler, verdier, tekster, strict=True):
        linjer = textwrap.wrap(navn, int(SMAL / TEGN)) or [""]
        deler += [_tekst(0, y + 15 + 19 * nr, linje) for nr, linje in enumerate(linjer)]
        y += 19 * len(linjer) + 3
        bredde = full * (verdi or 0) / hoyest
        deler += [_stolpe(y, 20, bredde), _tekst(bredde, y + 15, tekst, dx=8, vekt=600)]
        y += 20 + 16
    return _svg(deler, y - 12, tittel, beskrivelse)


def trakt(titler: Sequence[str], verdier: Sequence[int], tittel: str, beskrivelse: str, enhet: str = "") -> str:
    """How many came through each step, with the share of the step before: mottatt → avgjort → utbetalt."""
    _like_mange(titler, verdier)
    hoyest = max(verdier, default=0) or 1
    deler, y = [], 0
    for nr, (navn, verdi) in enumerate(zip(titler, verdier, strict=True)):
        bredde = 100 * verdi / hoyest
        if nr:
            forrige = verdier[nr - 1]
            punkter = f"0,0 {100 * forrige / hoyest:.2f},0 {bredde:.2f},100 0,100"
            deler.append(
                f'<svg x="0" y="{y}" width="100%" height="38" viewBox="0 0 100 100" preserveAspectRatio="none">'
                f'<polygon points="{punkter}" fill="{LYSBLAA}"/></svg>'
            )
            andel = f"{tall.prosent(verdi / forrige)} av forrige trinn" if forrige else "ingen i forrige trinn"
            deler.append(_tekst(0, y + 24, andel, 14, dx=10))
            y += 46
        deler.append(_tekst(0, y + 15, navn, vekt=600))
        deler.append(_tekst(100, y + 15, _tall(verdi, enhet), anker="end", vekt=600))
        deler.append(_stolpe(y + 23, 22, bredde))
        y += 45
    return _svg(deler, y, tittel, beskrivelse)


def histogram(
    kanter: Sequence[Verdi], antall: Sequence[Verdi], tittel: str, beskrivelse: str, enhet: str = "", y_enhet: str = ""
) -> str:
    """Standing bars side by side; `kanter` has one more than `antall`. `enhet` belongs to the edges, `y_enhet` to the
    numbers. The last edge may be None: no upper limit.
    """
    if len(kanter) != len(antall) + 1:
        raise ValueError("et histogram har én kant mer enn det har stolper")
    _like_mange(kanter[1:], antall)
    if not antall:
        return _svg([], 0, tittel, beskrivelse)
    topp, bunn = 46, 200
    hoyest = max((v for v in antall if v), default=0) or 1
    steg = 100 / len(antall)
    tekster = [_tall(v, "") for v in antall]
    alle_faar_plass = _bredde(tekster) * SIFFER <= SMAL * steg / 100
    deler = [_tekst(0, 14, y_enhet, 14, DEMPET), _rute(0, bunn, 100, 1.5, DEMPET)]
    for nr, (verdi, tekst) in enumerate(zip(antall, tekster, strict=True)):
        hoyde = (bunn - topp) * (verdi or 0) / hoyest
        deler.append(_rute((nr + 0.04) * steg, bunn - hoyde, steg * 0.92, hoyde, BLAA))
        if verdi is None:
            stil = f'fill="none" stroke="{DEMPET}" stroke-dasharray="3 3"'
            deler.append(
                f'<rect x="{(nr + 0.04) * steg:.4g}%" y="{bunn - 8}" width="{steg * 0.92:.4g}%" height="8" {stil}/>'
            )
        if alle_faar_plass or verdi == hoyest:
            anker = "middle" if alle_faar_plass or 0 < nr < len(antall) - 1 else "start" if nr == 0 else "end"
            x = (nr + {"start": 0, "middle": 0.5, "end": 1}[anker]) * steg
            deler.append(_tekst(x, bunn - (hoyde if verdi is not None else 8) - 7, tekst, 14, anker=anker))
    deler += _kantmerker(kanter, steg, bunn + 20)
    deler.append(_tekst(0, bunn + 42, enhet, 14, DEMPET))
    return _svg(deler, bunn + (50 if enhet else 28), tittel, beskrivelse)


def _kantmerker(kanter: Sequence[Verdi], steg: float, y: float) -> list[str]:
    """As many edges as a phone has room for, from the right; an open end is written «28+» in the place of the end."""
    merker = [(nr * steg, _tall(k, "")) for nr, k in enumerate(kanter) if k is not None]
    if kanter[-1] is None:
        merker[-1] = (100, f"{merker[-1][1]}+")
    # one and a half: the last is written to the left of its edge, the others on both sides of theirs
    hvert = math.ceil((_bredde([m for _, m in merker]) * SIFFER * 1.5 + 5) / (SMAL * steg / 100))
    return [
        _tekst(x, y, m, 14, DEMPET, "start" if x == 0 else "end" if x > 99.99 else "middle") for x, m in merker[::-hvert]
    ]


def linje(
    titler: Sequence[str], serier: Mapping[str, Sequence[Verdi]], tittel: str, beskrivelse: str, enhet: str = ""
) -> str:
    """Up to three series over time from zero up; None is a gap. The first is the strong line, the others are dashed."""
    if not 0 < len(serier) <= len(_STREKER):
        raise ValueError(f"linje tar fra én til {len(_STREKER)} serier")
    for verdier in serier.values():
        _like_mange(titler, verdier)
    if not titler:
        return _svg([], 0, tittel, beskrivelse)
    deler, topp = _navneliste(titler, serier, enhet)
    bunn = topp + 150
    hoyest, delt = _akse(max((v for s in serier.values() for v in s if v), default=0))
    merker = [tall.kort(hoyest * nr / delt) for nr in range(delt + 1)]
    venstre = 100 * (_bredde(merker) + 10) / SMAL
    for nr, merke in enumerate(merker):
        y = bunn - (bunn - topp) * nr / delt
        deler.append(_rute(venstre, y, 100 - venstre, 1, GRAA if nr else DEMPET))
        deler.append(_tekst(venstre, y + 5, merke, 13, DEMPET, "end", dx=-8))
    deler.append(_tekst(0, topp - 18, enhet, 13, DEMPET))
    trinn = (97 - venstre) / max(1, len(titler) - 1)
    x = [venstre + 1.5 + trinn * nr for nr in range(len(titler))] if len(titler) > 1 else [50 + venstre / 2]
    for strek, verdier in reversed(list(zip(_STREKER, serier.values(), strict=False))):  # the strong line on top
        y = [None if v is None else bunn - (bunn - topp) * v / hoyest for v in verdier]
        deler += _kurve(x, y, strek)
    deler += _datoer(titler, x, bunn + 20)
    return _svg(deler, bunn + 28, tittel, beskrivelse)


# --- parts -----------------------------------------------------------------------------------------------------------

# colour, width, dashes, filled marker: three lines that differ also without colour
_STREKER = ((BLAA, 3, "", True), (TEKST, 2, "7 5", False), (DEMPET, 2, "2 4", True))


def _svg(deler: list[str], hoyde: float, tittel: str, beskrivelse: str) -> str:
    if not deler:
        deler, hoyde = [_tekst(0, 20, "Ingen tall å vise.", farge=DEMPET)], 28
    innhold = "".join(deler)
    id_ = "d" + hashlib.sha256(f"{tittel}\n{beskrivelse}\n{innhold}".encode()).hexdigest()[:10]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="diagram" width="100%" height="{hoyde:g}" display="block" '
        f'overflow="visible" role="img" aria-labelledby="{id_}t {id_}b" font-size="15" fill="{TEKST}">'
        f'<title id="{id_}t">{_ren(tittel)}</title><desc id="{id_}b">{_ren(beskrivelse)}</desc>{innhold}</svg>'
    )


def _tekst(
    x: float, y: float, tekst: str, storrelse: int = 15, farge: str = TEKST, anker: str = "start", *,
    vekt: int = 400, dx: float = 0, halo: bool = False,
) -> str:  # fmt: skip
    """One line of text; `halo` is a white edge that keeps it readable over a line."""
    if not tekst:
        return ""
    ekstra = f' dx="{dx:g}"' if dx else ""
    ekstra += f' font-weight="{vekt}"' if vekt != 400 else ""
    ekstra += ' stroke="#fff" stroke-width="4" stroke-linejoin="round" paint-order="stroke"' if halo else ""
    plass = f'x="{x:.4g}%" y="{y:.5g}" font-size="{storrelse}" fill="{farge}" text-anchor="{anker}"'
    return f"<text {plass}{ekstra}>{_ren(tekst)}</text>"


def _rute(x: float, y: float, bredde: float, hoyde: float, farge: str) -> str:
    return f'<rect x="{x:.4g}%" y="{y:.5g}" width="{bredde:.4g}%" height="{hoyde:.4g}" fill="{farge}"/>'


def _stolpe(y: float, hoyde: float, bredde: float) -> str:
    """A bar from the left edge; a thin line where there is nothing to show."""
    if bredde:
        return _rute(0, y, bredde, hoyde, BLAA)
    return f'<rect x="0" y="{y}" width="2" height="{hoyde}" fill="{DEMPET}"/>'


def _plass_til(tekster: Sequence[str]) -> float:
    """Per cent of the width that the longest bar may take, so that the longest number has room behind it."""
    return max(25.0, 100 * (1 - (_bredde(tekster) * SIFFER + 8) / SMAL))


def _bredde(tekster: Iterable[str]) -> float:
    """A generous guess of the width of the widest text, in px."""
    return max(map(len, tekster), default=0) * TEGN


def _navneliste(titler: Sequence[str], serier: Mapping[str, Sequence[Verdi]], enhet: str) -> tuple[list[str], int]:
    """What each line looks like, its name and its last number, and the y below where the plot begins."""
    deler, y = [], 12
    for (navn, verdier), (farge, bredde, streker, fylt) in zip(serier.items(), _STREKER, strict=False):
        sist = next((nr for nr in range(len(verdier) - 1, -1, -1) if verdier[nr] is not None), None)
        siste = "ingen tall" if sist is None else f"{titler[sist]}: {_tall(verdier[sist], enhet)}"
        stil = f'stroke="{farge}" stroke-width="{bredde}" stroke-dasharray="{streker}"'
        deler += [f'<line x1="0" x2="36" y1="{y}" y2="{y}" {stil}/>', _punkt("18", y, farge, fylt)]
        deler.append(_tekst(0, y + 5, navn, dx=46))
        if 54 + _bredde([navn]) + _bredde([siste]) <= SMAL:
            deler.append(_tekst(100, y + 5, siste, anker="end", vekt=600))
        else:
            y += 21
            deler.append(_tekst(0, y + 5, siste, dx=46, vekt=600))
        y += 26
    return deler, y + 24


def _punkt(x: str, y: float, farge: str, fylt: bool) -> str:
    return f'<circle cx="{x}" cy="{y:.5g}" r="4" fill="{farge if fylt else "#fff"}" stroke="{farge}" stroke-width="2"/>'


def _kurve(x: list[float], y: list[float | None], strek: tuple[str, int, str, bool]) -> list[str]:
    farge, bredde, streker, fylt = strek
    bunn = max((v for v in y if v is not None), default=0) + 1
    biter, bit = [], []
    for px, py in zip([*x, 0], [*y, None], strict=True):
        if py is None:
            biter, bit = [*biter, bit] if len(bit) > 1 else biter, []
        else:
            bit.append(f"{px:.2f},{py:.2f}")
    streken = "".join(
        f'<polyline points="{" ".join(b)}" fill="none" stroke="{farge}" stroke-width="{bredde}" '
        f'stroke-linejoin="round" stroke-dasharray="{streker}" vector-effect="non-scaling-stroke"/>'
        for b in biter
    )
    ramme = f'width="100%" height="{bunn:.2f}" viewBox="0 0 100 {bunn:.2f}" preserveAspectRatio="none"'
    ut = [f'<svg x="0" y="0" {ramme} overflow="visible">{streken}</svg>']
    synlige = [(px, py) for px, py in zip(x, y, strict=True) if py is not None]
    if len(synlige) > 16:
        synlige = synlige[-1:]
    return ut + [_punkt(f"{px:.4g}%", py, farge, fylt) for px, py in synlige]


def _datoer(titler: Sequence[str], x: list[float], y: float) -> list[str]:
    """As many names along the axis as a phone has room for, the last always."""
    avstand = SMAL * (x[-1] - x[0]) / 100 / max(1, len(titler) - 1)
    hvert = math.ceil((_bredde(titler) * 1.4 + 8) / avstand) if avstand else 1
    deler = []
    for nr in range(len(titler) - 1, -1, -hvert):
        siste = nr == len(titler) - 1 and nr > 0
        deler.append(_tekst(x[nr] + 1.5 * siste, y, titler[nr], 14, DEMPET, "end" if siste else "middle"))
    return deler


MINSTE = 1e-300


def _akse(hoyest: float) -> tuple[float, int]:
    """A round number not below `hoyest`, and in how many parts the axis is divided."""
    if hoyest < MINSTE:  # nothing, or so little that a float cannot divide it
        return 1, 1
    tier = 10 ** math.floor(math.log10(hoyest))
    for trinn, delt in ((1, 2), (1.5, 3), (2, 2), (3, 3), (4, 2), (5, 2), (6, 3), (8, 2), (10, 2)):
        if hoyest <= trinn * tier:
            return trinn * tier, delt
    return 10 * tier, 2


def _tall(verdi: Verdi, enhet: str) -> str:
    if verdi is None:
        return SKJULT
    skrevet = tall.antall(int(verdi)) if verdi == int(verdi) else tall.antall(verdi, 1)
    return f"{skrevet}{tall.FAST}{enhet}" if enhet else skrevet


def _ren(tekst: str) -> str:
    """Escaped, and without the control characters that XML cannot hold."""
    return escape("".join(t for t in tekst if t.isprintable() or t in (" ", tall.FAST)))


def _like_mange(titler: Sequence[str], verdier: Sequence[Verdi]) -> None:
    if len(titler) != len(verdier):
        raise ValueError(f"{len(titler)} titler og {len(verdier)} verdier")
    if any(v is not None and not 0 <= v < math.inf for v in verdier):
        raise ValueError("et diagram viser tall fra null og opp")
