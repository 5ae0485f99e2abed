"""Who works here, for the doors: the list, and saying who an account is."""

from __future__ import annotations

from collections.abc import Collection

from kjerne.kjoring.rom import Arbeidsrom
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.motor import lesende
from kjerne.revisjon import logg
from kjerne.tilgang import Medarbeider, alle_medarbeidere, finn_medarbeider, krev, person_bak, registrer

IKKE_GJORT = "Ingen konto er endret."


def medarbeidere(rom: Arbeidsrom) -> list[Medarbeider]:
    """Every account that is registered, as it is now."""
    with lesende(rom.motor) as conn:
        return alle_medarbeidere(conn)


def medarbeider(rom: Arbeidsrom, konto: str) -> Medarbeider:
    """Who the account is, and what it may do now."""
    with lesende(rom.motor) as conn:
        return finn_medarbeider(conn, konto, alle_roller=rom.krev_syntetisk)


# Eight people who do not exist, so that one person can practise what takes three. Two caseworkers: an override needs both.
OVINGSBRUKERE = (
    ("lise.leder", "Lise Leder", "leder"), ("ola.operator", "Ola Operatør", "operator"), ("kari.attestant", "Kari Attestant", "attestant"),
    ("bjorn.budsjett", "Bjørn Budsjett", "budsjett"), ("siri.saksbehandler", "Siri Saksbehandler", "saksbehandler"),
    ("sindre.saksbehandler", "Sindre Saksbehandler", "saksbehandler"), ("fia.fag", "Fia Fagansvarlig", "fag"),
    ("kim.kontroll", "Kim Kontroll", "kontroll"),
)  # fmt: skip


def registrer_ovingsbrukere(rom: Arbeidsrom) -> int:
    """Registers them where nobody is registered and all data are synthetic. Returns how many there were to register."""
    if not rom.krev_syntetisk or medarbeidere(rom):
        return 0
    leder = OVINGSBRUKERE[0][0]
    for konto, navn, rolle in OVINGSBRUKERE:
        registrer_medarbeider(rom, konto, konto, navn, [rolle], leder)
    return len(OVINGSBRUKERE)


def registrer_medarbeider(rom: Arbeidsrom, konto: str, person: str, navn: str, roller: Collection[str], av: str) -> Medarbeider:
    """Says who an account is and what it may do from now on. Nobody decides about herself: her roles are given by another leader.
    The very first account must be a leader, and may be registered by anybody. Raises Ordningsfeil."""
    with rom.motor.begin() as conn:
        forste = not alle_medarbeidere(conn)
        if forste and "leder" not in roller:
            raise Ordningsfeil("Den første som registreres, må være leder.", konto[:60], "Registrer lederen først: --rolle leder.",
                               IKKE_GJORT, kode=4)  # fmt: skip
        if not forste:
            leder = krev(conn, av, "registrer_medarbeider", alle_roller=False)
            if leder.person in (person.strip().lower(), person_bak(conn, konto)):
                raise Ordningsfeil("Ingen kan gi seg selv roller.", konto[:60], "Be en annen leder.", IKKE_GJORT, kode=4)
        ny = registrer(conn, konto, person, navn, roller, av, rom.klokke.naa())
        logg(conn, "medarbeider.registrert", f"konto:{ny.konto}", av, {"roller": sorted(ny.roller)}, rom.klokke.naa())
    rom.foranker()
    return ny
