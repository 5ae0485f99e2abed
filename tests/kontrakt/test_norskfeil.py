"""A fault in ordning.toml names the field, the line and the key that was meant; never a number in a list, never English."""

from pathlib import Path

import pytest

from kjerne.kontrakt.feil import Ordningsfeil, Samlefeil
from kjerne.kontrakt.manifest import les_manifest
from tests.cli.dorer import ENGELSK

EVENTYR = Path(__file__).parents[1] / "eventyr" / "askeladden" / "ordning.toml"


def feilene(tmp_path: Path, gammelt: str, nytt: str) -> list[Ordningsfeil]:
    tekst = EVENTYR.read_text("utf-8")
    assert gammelt in tekst
    sti = tmp_path / "askeladden" / "ordning.toml"
    sti.parent.mkdir()
    sti.write_text(tekst.replace(gammelt, nytt, 1), "utf-8")
    with pytest.raises(Ordningsfeil) as feil:
        les_manifest(sti)
    return feil.value.feil if isinstance(feil.value, Samlefeil) else [feil.value]


def linje_med(tekst: str) -> int:
    return next(nr for nr, li in enumerate(EVENTYR.read_text("utf-8").splitlines(), 1) if tekst in li)


TYPE = 'navn = "grad", type = "prosent", minst = 0'
GRAD, EIER = 'navn = "grad"', 'kontakt = "#team-eventyr"'
TILFELLER = [  # before, after, what is said, what to do, where it stands
    (GRAD, GRAD + ", paakreved = true", "Feltet «grad»: paakreved er ikke en kjent nøkkel", "Mente du «paakrevd»?", GRAD),
    (TYPE, TYPE.replace("prosent", "prosnet"), "Feltet «grad»: type er ikke en av de tillatte verdiene", "Rett type i feltet «grad»", GRAD),
    (TYPE, TYPE.replace("0", '"null"'), "Feltet «grad»: minst skal være et tall", "Rett minst i feltet «grad»", GRAD),
    (EIER, EIER + '\ntelefon = "1"', "eier.telefon er ikke en kjent nøkkel", "Nøklene er: team, jurist, kontakt.", EIER),
    ('nn = "deg"', 'nynorsk = "x"', "utbetaling.mottakere.soker.nynorsk er ikke en kjent nøkkel", "orgnr, nb, nn", "mottakere.soker"),
    ("hoyst = 100", "høyst = 100", "Filen er ikke gyldig TOML: det mangler = etter nøkkelen, eller den har tegn", "Rett linjen", GRAD),
    ('valg = ["kongen", "askeladden"], ', "", "Feltet «meldt_av»: et felt av typen valg", "Rett feltet «meldt_av»", 'navn = "meldt_av"'),
]


@pytest.mark.parametrize(("gammelt", "nytt", "hva", "gjor", "sted"), TILFELLER)
def test_feilen_navngir_feltet_linjen_og_den_naermeste_nokkelen(tmp_path, gammelt, nytt, hva, gjor, sted):
    feil = next(f for f in feilene(tmp_path, gammelt, nytt) if f.hva.startswith(hva))
    assert gjor in feil.gjor_dette
    nr = linje_med(sted) + (sted == EIER)
    assert f"{feil.hvor},".split(", ")[1].rstrip(",") == f"linje {nr}"
    assert not ENGELSK.search(feil.hva) and " or " not in feil.hva


def test_de_tillatte_verdiene_er_paa_norsk(tmp_path):
    (feil,) = feilene(tmp_path, 'tilstand = "godkjent"', 'tilstand = "ferdig"')
    assert "«utkast», «prove», «godkjent», «lukket» eller «avviklet»" in feil.hva
