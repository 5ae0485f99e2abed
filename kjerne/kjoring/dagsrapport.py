"""The daily report of a scheme, from the database to a file."""

from __future__ import annotations

from pathlib import Path

from kjerne.kjoring.kvalitetssteg import les_plan
from kjerne.kjoring.pengestatus import pengestatus
from kjerne.kjoring.registerfakta import TIDLIGERE
from kjerne.kjoring.rom import Arbeidsrom
from kjerne.kjoring.vurdering import DOBBEL
from kjerne.lager.motor import lesende
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.revisjon.anker import utskrevet
from kjerne.styring.bunttall import forrige_gang
from kjerne.styring.innsamling import samle_tall
from kjerne.styring.rapport import skriv_rapport
from kjerne.styring.rapporttall import rapport_json
from kjerne.styring.undertrykk import aapen as uten_smaa_tall


def lag_rapport(rom: Arbeidsrom, verk: Regelverk, sti: Path | None = None, *, aapen: bool = False) -> tuple[Path, dict]:
    """Writes the report and returns its path and its figures. `aapen` hides numbers of few people."""
    under = 5 if aapen else 0
    tekster = {r.navn: r.tekst for r in verk.regler.values()} | {f.navn: f.nb for f in verk.manifest.felt}
    with lesende(rom.motor) as conn:
        tall = samle_tall(conn, verk.manifest, naa=rom.klokke.naa(), idag=rom.klokke.idag(), siden=forrige_gang(conn, verk.id),
                          tekster=tekster, grunner=ventegrunner(verk), syntetisk=rom.krev_syntetisk, penger=pengestatus(conn, verk.id))
    sti = sti or rom.data / "rapport" / f"{verk.id}-{tall.idag.isoformat()}{'-apen' if aapen else ''}.html"
    sti.parent.mkdir(parents=True, exist_ok=True)
    midlertidig = sti.with_suffix(".tmp")
    nr, sha = rom.foranker()
    hode = utskrevet(nr, sha) if nr else ""
    midlertidig.write_text(skriv_rapport(tall, undertrykk_under=under, revisjon=hode), "utf-8")
    midlertidig.replace(sti)
    return sti, rapport_json(uten_smaa_tall(tall, under)) | {"revisjonslogg": hode}


def ventegrunner(verk: Regelverk) -> dict[str, str]:
    """Why a case waits, as a sentence: by the name of the check, of the missing answer, or of the rule that lacks something."""
    hva = {r.navn: "avgjøre" if r.art == "vilkår" else "regne ut" for r in verk.regler.values()}
    return (
        {r.navn: f"Opplysninger mangler for å {hva[r.navn]} dette: {r.tekst}." for r in verk.regler.values()}
        | {f.navn: f"Svar mangler på «{f.nb}»." for f in verk.manifest.felt}
        | {k.navn: k.hvorfor for k in les_plan(verk).kontroll}
        | {DOBBEL: "Det samme er innvilget før.", "kontonummer": "Et kontonummer mangler eller er ugyldig."}
        | {TIDLIGERE: "En tidligere sak fra samme person er ikke avgjort."}
    )
