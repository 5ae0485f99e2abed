"""Letters: from a decision and a scheme's blocks to an HTML page in the applicant's written form."""

from kjerne.brev.brevsak import BELOP, Avgjorende, Avsender, Brevlinje, Brevsak, Omgjort, Utregning
from kjerne.brev.mal import Brevmal
from kjerne.brev.varsel import Varselsak, skriv_varsel
from kjerne.brev.verditekst import formater, kroner, periode

__all__ = [
    "BELOP",
    "Avgjorende",
    "Avsender",
    "Brevlinje",
    "Brevmal",
    "Brevsak",
    "Omgjort",
    "Utregning",
    "Varselsak",
    "formater",
    "kroner",
    "periode",
    "skriv_varsel",
]
