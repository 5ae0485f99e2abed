"""What humans do to a batch: attest, dispose, say no, take back, send. For the doors."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy.engine import Connection

from kjerne.kjoring.betaling import filsti, rammer_for, utbetal
from kjerne.kjoring.oppdragssteg import send_nedgang
from kjerne.kjoring.rom import Arbeidsrom
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.motor import lesende
from kjerne.regelmotor.oppdagelse import finn
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.revisjon import logg
from kjerne.tilgang import krev, person_bak
from kjerne.utbetaling import godkjenning
from kjerne.utbetaling.bunt import Bunt, tilgjengelige_bunter
from kjerne.utbetaling.godkjenning import Sett, neste_handling
from kjerne.utbetaling.hendelse import nei
from kjerne.utbetaling.tilstand import UTE

VENTER = ("kontrollert", "attestert")  # at a human's desk


def ventende(rom: Arbeidsrom, ordning: str, bunt_id: str = "", tilstander: Sequence[str] = VENTER) -> list[Bunt]:
    """The batches of the scheme in these states; only the named one (in whatever state) when an id is given."""
    with lesende(rom.motor) as conn:
        bunter = tilgjengelige_bunter(conn, ordning)
    return [b for b in bunter if (b.bunt_id == bunt_id if bunt_id else b.tilstand in tilstander)]


def for_en_annen(rom: Arbeidsrom, denne: Bunt, av: str) -> bool:
    """Whether this human has made or attested the batch, so that another must take the next step."""
    with lesende(rom.motor) as conn:
        person, attest = person_bak(conn, av), denne.hendelse("attester")
        return person == person_bak(conn, denne.laget_av) or (attest is not None and attest.person == person)


def godkjenn_bunt(rom: Arbeidsrom, sett: Bunt, av: str, antall: int) -> Bunt:
    """The next approval of exactly the batch that was shown: attested first, then disposed by another human. `antall` is what the
    approver typed. Raises Ordningsfeil (kode 4, or 5 when a limit is used up)."""
    handling = neste_handling(sett) or ("attester" if sett.tilstand in ("forberedt", "kontrollert") else "disponer")
    return {"attester": attester_bunt, "disponer": disponer_bunt}[handling](rom, sett, av, antall)


def attester_bunt(rom: Arbeidsrom, sett: Bunt, av: str, antall: int) -> Bunt:
    def gjor(conn: Connection) -> Bunt:
        return godkjenning.attester(conn, sett.bunt_id, av, Sett.av_bunt(sett, antall), rom.klokke.naa())

    return _gjor(rom, sett, "attester", av, gjor)


def disponer_bunt(rom: Arbeidsrom, sett: Bunt, av: str, antall: int) -> Bunt:
    rammer = rammer_for(finn(sett.ordning), sett)

    def gjor(conn: Connection) -> Bunt:
        return godkjenning.disponer(conn, sett.bunt_id, av, Sett.av_bunt(sett, antall), rammer, rom.klokke.naa())

    return _gjor(rom, sett, "disponer", av, gjor)


def avbryt_bunt(rom: Arbeidsrom, sett: Bunt, handling: str, av: str, grunn: str) -> Bunt:
    """`avvis`, `trekk` or `stans`, with a reason. Raises Ordningsfeil, kode 4, also when the file lies where the bank fetches it: a process
    died before it could say so, and the money would go out twice."""

    def gjor(conn: Connection) -> Bunt:
        b = godkjenning.avbryt(conn, sett.bunt_id, handling, av, grunn, rom.klokke.naa())
        if any(rom.betalingsmappe.glob(f"{b.ordning}-{b.bunt_id}-*")):  # after the lock, so that nobody is sending it now
            raise nei("Betalingsfilen er alt lagt ut til banken, uten at det kom med at den er sendt.", b.bunt_id,
                      f"Gjør utsendingen ferdig: ordning utbetal {b.ordning}. Er bunten feil, må banken stanse filen.")  # fmt: skip
        return b

    return _gjor(rom, sett, handling, av, gjor)


def _gjor(rom: Arbeidsrom, sett: Bunt, handling: str, av: str, gjor: Callable[[Connection], Bunt]) -> Bunt:
    with rom.motor.begin() as conn:
        krev(conn, av, handling, alle_roller=rom.krev_syntetisk)
        b = gjor(conn)
        if len(b.hendelser) > len(sett.hendelser) and b.hendelser[-1].handling == handling:
            detaljer = {"antall": b.antall, "sum_ore": b.sum_ore, "innhold_sha256": b.innhold_sha256}
            logg(conn, f"bunt.{b.tilstand}", f"bunt:{b.bunt_id}", av, detaljer, rom.klokke.naa())
    rom.foranker()
    return b


def betal_godkjente(rom: Arbeidsrom, verk: Regelverk, bunt_id: str, av: str) -> list[dict]:
    """Writes the files of the disposed batches (or of the named one); for Oppdragssystemet also that of what new versions take away.
    Raises Ordningsfeil (kode 4) when none is disposed."""
    disponert = ventende(rom, verk.id, bunt_id, ("disponert",))
    nedgang = send_nedgang(rom, verk, av) if verk.manifest.utbetaling.er_oppdrag and not bunt_id else []
    bunter = disponert or ([] if any(n["ny"] for n in nedgang) else ventende(rom, verk.id, bunt_id, UTE))
    if not bunter and not nedgang:
        raise Ordningsfeil(
            "Ingen bunt er disponert.",
            verk.id,
            f"To personer, ingen av dem den som laget bunten, kjører hver sin gang: ordning godkjenn {verk.id}",
            "Ingen fil er laget, og ingen penger er sendt.",
            kode=4,
        )
    ut = nedgang
    for b in bunter:
        s = utbetal(rom, verk, b.bunt_id, av)
        ut.append(
            {"bunt_id": s.bunt_id, "fil": str(filsti(rom, s)), "sha256": s.fil_sha256, "ny": s.ny, "antall": b.antall, "sum_ore": b.sum_ore}
        )
    return ut
