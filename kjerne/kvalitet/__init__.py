"""Quality of what a decision stands on: checks declared in `kvalitet.toml`, verdicts per case, questions to employers.

Loaded on first use: pandas is not paid for by those who only want the name.
"""

_HVOR = {
    "les_kvalitet": "plan", "Kvalitetsplan": "plan", "HANDLINGER": "plan", "ALVORSGRAD": "plan",
    "vurder_kvalitet": "vurder", "Kvalitetsresultat": "vurder", "Kvalitetsstopp": "kontroll",
    "begynn_import": "gx", "vurder_linjer": "bunt", "har_linjekontroller": "bunt", "Buntkontekst": "masker_utbetaling",
    "PROBLEMER": "maaling", "maal_treff": "maaling",
}  # fmt: skip


def __getattr__(navn: str):
    if navn in _HVOR:
        from importlib import import_module

        return getattr(import_module(f"kjerne.kvalitet.{_HVOR[navn]}"), navn)
    raise AttributeError(f"kjerne.kvalitet har ikke {navn}")
