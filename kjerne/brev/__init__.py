"""Letters: from a decision and a scheme's blocks to an HTML page in the applicant's written form."""

from kjerne.brev.brevsak import Avgjorende, Avsender, Brevlinje, Brevsak, Utregning
from kjerne.brev.mal import Brevmal
from kjerne.brev.verditekst import formater, kroner, periode

__all__ = [
    "Avgjorende",
    "Avsender",
    "Brevlinje",
    "Brevmal",
    "Brevsak",
    "Utregning",
    "formater",
    "kroner",
    "periode",

]
