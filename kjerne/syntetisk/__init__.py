"""Synthetic Norway: people, employers, income reports and applications that never existed, with known faults
planted in them.
"""

from kjerne.syntetisk.permitteringer import Permitteringer, permitteringer_for, spor_registeret
from kjerne.syntetisk.problemandeler import Problemandeler, standard
from kjerne.syntetisk.samfunn import Samfunn, lag_samfunn, samfunnsdeler
from kjerne.syntetisk.skriving import skriv_nytt_samfunn, skriv_samfunn
from kjerne.syntetisk.soknader import lag_soknader, lag_soknader_med_fasit
from kjerne.syntetisk.soknadsfil import skriv_soknader

__all__ = [
    "Permitteringer",
    "Problemandeler",
    "Samfunn",
    "lag_samfunn",
    "lag_soknader",
    "lag_soknader_med_fasit",
    "permitteringer_for",
    "samfunnsdeler",
    "skriv_nytt_samfunn",
    "skriv_samfunn",
    "skriv_soknader",
    "spor_registeret",
    "standard",
]
