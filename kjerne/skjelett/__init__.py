"""The scaffold: answers → a whole, green scheme folder, and later a newer template merged into it without losing an edit.

It touches nothing outside the folder of the scheme. What is asked stands in svar.py, what it gives in templates/ordning/.
"""

from kjerne.skjelett.fletting import Oppdatering, les_gamle_svar, oppdater
from kjerne.skjelett.mal import tegn
from kjerne.skjelett.navn import krev_id
from kjerne.skjelett.skriving import Sjekk, skriv_ny
from kjerne.skjelett.svar import Svar, les_svar, standardsvar

__all__ = ["Oppdatering", "Sjekk", "Svar", "krev_id", "les_gamle_svar", "les_svar", "oppdater", "skriv_ny", "standardsvar", "tegn"]
