"""Counts what the rules gave, a chunk of cases at a time, so that a million of them need no more memory than their amounts.

    teller = Utgaveteller(verk)
    ja, ore = teller.tell(sporing, holdt)   # again and again, a chunk at a time
    teller.tall("Reglene")
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

import numpy as np
import pandas as pd

from kjerne.kontrakt.manifest import rolle as rollenavn
from kjerne.kontrakt.utbetalingsvalg import Mottaker
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.regelmotor.sporing import AVSLAG, INNVILGET, Sporing
from kjerne.styring.fordeling import klasser
from kjerne.styring.rapporttall import Gruppe
from kjerne.styring.simuleringstall import (
    ENDRINGER,
    FORTSATT,
    KLAR,
    LIK,
    MER,
    MINDRE,
    MISTER,
    NY,
    UKLAR,
    Endringstall,
    Hvem,
    Klasser,
    Utgavetall,
)  # fmt: skip

DOBBEL, KONTO = "innvilget før", "uten konto"  # why a case with a right waits; a space, so that no fact has the name
_HOLDT = {DOBBEL: "Det samme er innvilget i en annen søknad", KONTO: "kontonummer til den som skal ha pengene"}
Holdt = Mapping[str, np.ndarray]


class Utgaveteller:
    """One version of the rules."""

    def __init__(self, verk: Regelverk):
        self.verk = verk
        self.utfall: Counter[str] = Counter()
        self.avslag: Counter[str] = Counter()
        self.mangler: Counter[str] = Counter()
        self.roller: dict[str, np.ndarray] = {r: np.zeros(2, "int64") for r in verk.manifest.utbetaling.mottakere}
        self.hvem: dict[tuple[str, str], np.ndarray] = {}
        self.belop: list[np.ndarray] = []

    def tell(self, s: Sporing, holdt: Holdt) -> tuple[np.ndarray, np.ndarray]:
        """Counts the cases and returns (which are granted, whole øre per case). `holdt`: which granted ones a human must see."""
        ja, nei = s.utfall == INNVILGET, s.utfall == AVSLAG
        for maske in holdt.values():
            ja &= ~maske
        ore = np.where(ja, s.sum_ore, 0)
        self.utfall.update({"innvilget": int(ja.sum()), "avslag": int(nei.sum()), "uklar": int((~ja & ~nei).sum())})
        self.belop.append(ore[ja])
        self.avslag.update({v: int(m.sum()) for v, m in s.avgjorende.items()})
        _tell_navn(self.mangler, s.mangler, np.ones(s.antall, dtype=bool))
        self.mangler.update({grunn: int(maske.sum()) for grunn, maske in holdt.items()})
        for rolle, egne in rollebelop(s, ja).items():
            self.roller[rolle] += ((egne > 0).sum(), egne.sum())
        self._hvem(s, ja, ore)
        return ja, ore

    def _hvem(self, s: Sporing, ja: np.ndarray, ore: np.ndarray) -> None:
        for felt in self.verk.manifest.felt:
            if felt.type not in ("valg", "ja_nei") or felt.kilde != "soknad" or felt.navn not in s.verdier:
                continue
            k = s.kolonne(felt.navn)
            navn = ["nei", "ja"] if felt.type == "ja_nei" else [felt.valgt(v, "nb") for v in k.koder]
            nr = np.where(k.kjentmaske, k.data.astype("int64"), len(navn))
            tall = np.stack([np.bincount(nr, v, minlength=len(navn) + 1) for v in (None, ja, ore)], axis=1)  # exact: far below 2**53
            for svar, rad in zip([*navn, "ikke svart"], np.rint(tall).astype("int64"), strict=True):
                if rad[0]:
                    self.hvem[felt.nb, svar] = self.hvem.get((felt.nb, svar), 0) + rad

    def tall(self, navn: str) -> Utgavetall:
        belop = np.concatenate([np.zeros(0, "int64"), *self.belop])
        mottakere = self.verk.manifest.utbetaling.mottakere
        tak = self.verk.manifest.utbetaling.maks_per_sak * 100
        return Utgavetall(
            navn, self.utfall["innvilget"], self.utfall["avslag"], self.utfall["uklar"], int(belop.sum()), int((belop > tak).sum()),
            roller=tuple(Gruppe(r, _rolle(mottakere, r), int(n), int(ore)) for r, (n, ore) in self.roller.items() if n),
            avslag_etter=_grupper(self.avslag, lambda v: self.verk.regler[v].tekst),
            mangler=_grupper(self.mangler, mangler_tekst(self.verk)),
            desiler_ore=desiler(belop), belop=histogram(belop),
            hvem=tuple(Hvem(f, s, int(n), int(ja), int(ore)) for (f, s), (n, ja, ore) in sorted(self.hvem.items())),
        )  # fmt: skip


class Endringsteller:
    """The new version against the other, case by case."""

    def __init__(self, ny: Regelverk, gammel: Regelverk):
        self.ny, self.gammel = ny, gammel
        self.antall: Counter[str] = Counter()
        self.sum: Counter[str] = Counter()
        self.grunner: dict[str, Counter[str]] = {g: Counter() for g in (NY, MISTER, UKLAR, KLAR)}
        self.roller: dict[str, dict[str, np.ndarray]] = {MER: {}, MINDRE: {}}
        self.endret: list[np.ndarray] = []

    def tell(self, ny: Sporing, gammel: Sporing, ja: tuple[np.ndarray, np.ndarray], ore: tuple[np.ndarray, np.ndarray],
             holdt: tuple[Holdt, Holdt]) -> None:  # fmt: skip
        (ny_ja, gml_ja), endring = ja, ore[0] - ore[1]
        masker = _grupper_av(ny_ja, ny.utfall == AVSLAG, gml_ja, gammel.utfall == AVSLAG, endring)
        for navn, maske in masker.items():
            self.antall[navn] += int(maske.sum())
            self.sum[navn] += int(endring[maske].sum())
        for gruppe, s in ((MISTER, ny), (NY, gammel)):
            self.grunner[gruppe].update({v: int((m & masker[gruppe]).sum()) for v, m in s.avgjorende.items()})
        for gruppe, s, holdte in ((UKLAR, ny, holdt[0]), (KLAR, gammel, holdt[1])):
            _tell_navn(self.grunner[gruppe], s.mangler, masker[gruppe])
            self.grunner[gruppe].update({grunn: int((m & masker[gruppe]).sum()) for grunn, m in holdte.items()})
        self._roller(ny, gammel, ja, masker)
        avgjort = masker[MER] | masker[MINDRE] | masker[NY] | masker[MISTER]
        self.endret.append(endring[avgjort])

    def _roller(self, ny: Sporing, gammel: Sporing, ja: tuple[np.ndarray, np.ndarray], masker: dict[str, np.ndarray]) -> None:
        nye, gamle = rollebelop(ny, ja[0]), rollebelop(gammel, ja[1])
        null = np.zeros(ny.antall, "int64")
        for rolle in nye | gamle:
            endring = nye.get(rolle, null) - gamle.get(rolle, null)
            for gruppe, tall in self.roller.items():
                egne = endring[masker[gruppe] & (endring != 0)]
                tall[rolle] = tall.get(rolle, np.zeros(2, "int64")) + np.array([len(egne), egne.sum()], dtype="int64")

    def tall(self) -> Endringstall:
        grunner = []
        mottakere = self.gammel.manifest.utbetaling.mottakere | self.ny.manifest.utbetaling.mottakere
        for gruppe, roller in self.roller.items():
            grunner.append((gruppe, tuple(Gruppe(r, _rolle(mottakere, r), int(n), int(o)) for r, (n, o) in roller.items() if n)))
        for gruppe, teller in self.grunner.items():
            regler = self.ny.regler if gruppe == MISTER else self.gammel.regler
            tekst = (lambda v, r=regler: r[v].tekst) if gruppe in (NY, MISTER) else mangler_tekst(self.ny, self.gammel)
            grunner.append((gruppe, _grupper(teller, tekst)))
        endret = np.concatenate([np.zeros(0, "int64"), *self.endret])
        return Endringstall(tuple(Gruppe(n, t, self.antall[n], self.sum[n]) for n, t in ENDRINGER.items()),
                            tuple((g, rader) for g, rader in grunner if rader), histogram(endret))


def _grupper_av(ja: np.ndarray, nei: np.ndarray, gml_ja: np.ndarray, gml_nei: np.ndarray, endring: np.ndarray) -> dict[str, np.ndarray]:
    """Every case in exactly one group."""
    kjent, gml_kjent = ja | nei, gml_ja | gml_nei
    begge = ja & gml_ja
    return {
        LIK: (begge & (endring == 0)) | (nei & gml_nei),
        MER: begge & (endring > 0),
        MINDRE: begge & (endring < 0),
        NY: ja & gml_nei,
        MISTER: nei & gml_ja,
        UKLAR: ~kjent & gml_kjent,
        KLAR: kjent & ~gml_kjent,
        FORTSATT: ~kjent & ~gml_kjent,
    }


def rollebelop(s: Sporing, ja: np.ndarray) -> dict[str, np.ndarray]:
    """Whole øre per case to each payee role, 0 where it is not granted."""
    ut: dict[str, np.ndarray] = {}
    for regel in s.verk.regelsett.av_art("beløp"):
        ut[regel.til] = ut.get(regel.til, 0) + np.where(ja, s.belop_ore[regel.navn], 0)
    return ut


def histogram(ore: np.ndarray) -> Klasser | None:
    """At most twelve bins in round numbers."""
    if not len(ore):
        return None
    grenser = klasser(int(ore.min()), int(ore.max()))
    return Klasser(tuple(grenser), tuple(int(n) for n in np.histogram(ore, np.array(grenser))[0]))


def desiler(ore: np.ndarray) -> tuple[int, ...]:
    """The nine amounts that 10 … 90 per cent do not exceed; each is an amount that somebody gets."""
    if not len(ore):
        return ()
    return tuple(int(v) for v in np.quantile(ore, np.arange(1, 10) / 10, method="inverted_cdf"))


def mangler_tekst(*utgaver: Regelverk) -> Callable[[str], str]:
    """What is missing, in the words of the question or of the rule."""
    ordene = dict(_HOLDT)
    for verk in utgaver:
        ordene |= {f.navn: f"Svar på: {f.nb}" for f in verk.manifest.felt} | {r.navn: r.tekst for r in verk.regler.values()}
    return lambda navn: ordene.get(navn) or navn.replace("_", " ")


def _tell_navn(teller: Counter[str], navn: pd.Categorical, maske: np.ndarray) -> None:
    """Counts names joined with |, each by itself."""
    antall = np.bincount(navn.codes[maske], minlength=len(navn.categories))
    for tekst, n in zip(navn.categories, antall.tolist(), strict=True):
        for en in filter(None, tekst.split("|")):
            teller[en] += n


def _grupper(teller: Counter[str], tekst) -> tuple[Gruppe, ...]:
    return tuple(Gruppe(n, tekst(n), antall) for n, antall in _flest(teller.items()) if antall)


def _flest(par: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    return sorted(par, key=lambda p: (-p[1], p[0]))




def _rolle(mottakere: Mapping[str, Mottaker], rolle: str) -> str:
    """The person who applies, unless she is paid in more than one role."""
    alene = [r for r, m in mottakere.items() if m.konto == "kontonummer"] == [rolle]
    return "Søker" if alene else rollenavn(rolle).capitalize()
