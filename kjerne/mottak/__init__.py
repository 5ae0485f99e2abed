"""Applications in: from files and from the API's body, in the types of the manifest, with every line accounted for."""

from kjerne.mottak.fakta import fakta_json, fakta_ramme
from kjerne.mottak.form import Soknadsavvik, Soknadsform
from kjerne.mottak.les import Soknadslesning, les_soknader
from kjerne.mottak.modell import les_ett, ramme_av_soknader, soknad_modell
from kjerne.mottak.skjema import Svarfeil

__all__ = [
    "Soknadsavvik",
    "Soknadsform",
    "Soknadslesning",
    "Svarfeil",
    "fakta_json",
    "fakta_ramme",
    "les_ett",
    "les_soknader",
    "ramme_av_soknader",
    "soknad_modell",
]
