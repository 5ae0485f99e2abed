"""All that a scheme folder may import: `Regelsett` and the words of the vocabulary.

Loaded on first use, so that a command that needs no rules does not pay for pandas.
"""


def __getattr__(navn: str):
    if navn == "Regelsett":
        from kjerne.kontrakt.regel import Regelsett

        return Regelsett
    if not navn.startswith("_"):
        from kjerne.kontrakt.ordforrad import ORDFORRAAD

        if navn in ORDFORRAAD:
            return ORDFORRAAD[navn]
    raise AttributeError(f"kjerne.kontrakt har ikke ordet {navn}")
