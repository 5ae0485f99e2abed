"""Applications in: from files and from the API's body, in the types of the manifest, with every line accounted for."""

from kjerne.mottak.fakta import fakta_json, fakta_ramme
from kjerne.mottak.form import Soknadsavvik, Soknadsform
from kjerne.mottak.les import Soknadslesning, les_soknader
from kjerne.mottak.modell import ramme_av_soknader, soknad_modell

__all__ = [
    "Soknadsavvik",
    "Soknadsform",
    "Soknadslesning",
    "fakta_json",
    "fakta_ramme",
    "les_soknader",
    "ramme_av_soknader",
    "soknad_modell",
]
