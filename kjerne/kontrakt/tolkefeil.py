"""What the parsers of TOML and Python say of a file, in Norwegian. What has no translation here is told by its place alone."""

from __future__ import annotations

import re

_TOML = (
    (r"Expected '=' after a key", "det mangler = etter nøkkelen, eller den har tegn som ikke er lov (æ, ø og å må stå i anførselstegn)"),
    (r"Invalid initial character for a key part", "nøkkelen begynner med et tegn som ikke er lov (æ, ø og å må stå i anførselstegn)"),
    (r"Invalid value", "verdien kan ikke leses. En tekst skal stå i anførselstegn, og et tall skrives uten mellomrom og med punktum"),
    (r"Invalid statement", "linjen er verken nøkkel = verdi eller [tabell]"),
    (r"Expected newline or end of document", "det står noe mer etter verdien"),
    (r"(?:Cannot overwrite a value|Duplicate inline table key|Cannot (?:declare|mutate|redefine))", "den samme nøkkelen står to ganger"),
    (r"Unclosed array", "listen mangler ] til slutt, eller et komma mellom to verdier"),
    (r"Unclosed inline table", "tabellen mangler }} til slutt, eller et komma mellom to verdier"),
    (r"Expected ']", "tabellnavnet mangler ] til slutt"),
    (r"Unterminated string|Illegal character '\\n'|Expected ['\"]", "et anførselstegn er ikke lukket"),
    (r"(?:Illegal|Found invalid) character", "linjen har et styretegn"),
    (r"Unescaped '\\' in a string", "en omvendt skråstrek må skrives to ganger"),
    (r"Invalid date or datetime", "datoen finnes ikke"),
)
_PYTHON = (
    (r"expected ':'", "det mangler : til slutt på linjen"),
    (r"'(.)' was never closed", "parentesen {0} er ikke lukket"),
    (r"unmatched '(.)'", "parentesen {0} er ikke åpnet"),
    (r"closing parenthesis '(.)' does not match opening parenthesis '(.)'", "parentesen {1} er lukket med {0}"),
    (r"unterminated .*string", "et anførselstegn er ikke lukket"),
    (r"expected an indented block after .* on line (\d+)", "linjene under linje {0} skal ha innrykk på fire mellomrom"),
    (r"unexpected indent", "linjen har innrykk som den ikke skal ha"),
    (r"unindent does not match", "innrykket er ikke det samme som på linjen over"),
    (r"inconsistent use of tabs", "innrykket blander tabulator og mellomrom"),
    (r"invalid (?:non-printable )?character .*\((U\+\w+)\)", "linjen har et tegn som ikke er lov utenfor en tekst ({0})"),
    (r"invalid non-printable character (U\+\w+)", "linjen har et usynlig tegn ({0}), kanskje et hardt mellomrom"),
    (r"invalid syntax\. Perhaps you forgot a comma", "det mangler kanskje et komma"),
    (r"invalid syntax\. Maybe you meant '=='", "= er brukt til å sammenligne; skriv =="),
    (r"invalid decimal literal", "et navn kan ikke begynne med et tall"),
    (r"leading zeros in decimal", "et tall kan ikke begynne med 0"),
    (r"positional argument follows keyword argument", "en tekst uten navn står etter en med navn"),
    (r"expected 'else' after 'if'", "if er brukt i en regel. Skriv hvis(vilkår, da, ellers)"),
    (r"non-default argument follows", "argumentene skal være navn uten standardverdier"),
)


def toml_grunn(melding: str) -> str:
    """Why the file is not TOML; empty when the parser's words have no translation."""
    return _paa_norsk(melding, _TOML)


def python_grunn(melding: str) -> str:
    """Why the file is not Python; empty when the parser's words have no translation."""
    return _paa_norsk(melding, _PYTHON)


def _paa_norsk(melding: str, ordene: tuple[tuple[str, str], ...]) -> str:
    for monster, norsk in ordene:
        if treff := re.match(monster, melding):
            return norsk.format(*treff.groups())
    return ""
