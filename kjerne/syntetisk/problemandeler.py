"""The 26 known quality problems of A-ordningen, and how many persons get each. One line per problem: number, name,
rate.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kjerne.kontrakt.feil import Ordningsfeil

STANDARD = (
    (1, "sen rapportering: siste måned mangler", 0.0060),
    (2, "korrigering: nyere tilleggsmelding for måneden", 0.0040),
    (3, "dobbelt rapportering: to like rader", 0.0030),
    (4, "opptjent i en annen måned enn den er utbetalt", 0.0030),
    (5, "etterbetaling", 0.0040),
    (6, "ferietrekk i juni uten feriepenger", 0.0030),
    (7, "negativ fastlønn", 0.0025),
    (8, "timelønn uten timer", 0.0040),
    (9, "stillingsprosent som ikke kan stemme", 0.0040),
    (10, "permittert, men ikke registrert", 0.0060),
    (11, "permittering uten slutt, ikke bekreftet", 0.0030),
    (12, "permisjon og permittering over 100 prosent", 0.0015),
    (13, "inntekt fra virksomhet uten arbeidsforhold", 0.0050),
    (14, "hovedenhet i stedet for underenhet, eller virksomhetsoverdragelse", 0.0040),
    (15, "sterkt varierende lønn", 0.0060),
    (16, "utgiftsgodtgjørelse", 0.0050),
    (17, "sykepenger og full lønn samme måned", 0.0030),
    (18, "annen ytelse i grunnlaget", 0.0050),
    (19, "nettolønn eller spesielle inntjeningsforhold", 0.0015),
    (20, "næringsinntekt i arbeidstakers grunnlag", 0.0030),
    (21, "arbeidsforhold som aldri ble avsluttet", 0.0030),
    (22, "konkurs eller avsluttet av NAV", 0.0015),
    (23, "inntekt i en framtidig måned", 0.0020),
    (24, "identitetsskifte: D-nummer, så fødselsnummer", 0.0010),
    (25, "død", 0.0005),
    (26, "privatperson som arbeidsgiver", 0.0010),
)
NAVN = {nr: navn for nr, navn, _ in STANDARD}


@dataclass(frozen=True)
class Problemandeler:
    """Share of all persons for each problem number. A person has at most one planted problem."""

    andeler: dict[int, float] = field(default_factory=lambda: {nr: andel for nr, _, andel in STANDARD})

    def __post_init__(self) -> None:
        if any(nr not in NAVN or not 0 <= a <= 1 for nr, a in self.andeler.items()) or sum(self.andeler.values()) > 0.5:
            raise Ordningsfeil(
                "Andelene for plantede problemer er ugyldige.",
                "Problemandeler",
                "Bruk problemnummer 1–26, andeler fra 0 til 1, og høyst 0,5 til sammen.",
            )

    def antall(self, problem: int, personer: int) -> int:
        """How many persons: at least one where the rate is above zero, so that a small society shows every problem."""
        andel = self.andeler.get(problem, 0.0)
        return max(1, round(andel * personer)) if andel > 0 else 0


standard = Problemandeler()
