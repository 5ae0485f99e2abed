"""The kinds of bad scheme folder, as data: what is wrong, the file, the change, and the words that the finding must have."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.ekteform import ekte_form
from tests.sjekk.ordningskopi import bytt as bytt_i
from tests.sjekk.ordningskopi import legg_til

Endring = Callable[[Path], None]


@dataclass(frozen=True)
class Ugyldig:
    slag: str
    fil: str
    endre: Endring
    ord: tuple[str, ...]
    ute: bool = True  # the scheme is out of service; otherwise it can be run, but the finding must be mended


def bytt(gammelt: str, nytt: str) -> Endring:
    return lambda sti: bytt_i(sti, gammelt, nytt)


def rad(linje: str) -> Endring:
    return lambda sti: legg_til(sti, linje)


def bytes_(til: Callable[[bytes], bytes]) -> Endring:
    def endre(sti: Path) -> None:
        sti.write_bytes(til(sti.read_bytes()))

    return endre


def tekst(til: Callable[[str], str]) -> Endring:
    return bytes_(lambda raa: til(raa.decode()).encode())


def uttrykk(nytt: str) -> Endring:
    """The condition `god_forklaring` with another body."""
    return bytt("    return har_bortforklaring", f"    {nytt}")


def lenke(maal: str) -> Endring:
    def endre(sti: Path) -> None:
        sti.unlink()
        sti.symlink_to(maal)

    return endre


def ikke_utf8(raa: bytes) -> bytes:
    return raa.replace("å".encode(), b"\xe5").replace("ø".encode(), b"\xf8").replace("§".encode(), b"\xa7") + b"\xff\n"


slett: Endring = Path.unlink
PAAKREVD = ("ordning.toml", "parametre.csv", "regler.py", "kvalitet.toml", "flyt.py", "eksempler/saker.csv", "brev/vedtak.nb.html",
            "brev/vedtak.nn.html", "REGLER.md", "README.md", "runbook.md", "modenhet.toml")
KJORER_UTEN = PAAKREVD[3:]
TEKST = (*PAAKREVD[:8], "eksempler/inntekter.csv", *PAAKREVD[8:])

PERSONVERN = '[personvern]\nhjemmel = "Kongens lov"\nlagring_aar = 10\n'
REGEL = '\n\n@kl.vilkår("KL § 9", "Prøve", kilde="eventyr")\ndef prøve(grad):\n    {}\n'
RETT = '\n\n@kl.rett("KL § 9", "Prøve", kilde="eventyr")\ndef enda_en_rett(god_forklaring):\n    return god_forklaring\n'
EKSEMPEL = "A-99;KL § 1;Prøve;910000004;10.04.2020;100 %;nei;ja;500;kongen;20.05.2020;innvilget;;;;;"

FLYTER = [  # a line in flyt.py, and words of what is said about it
    ("evig løkke i flyten", "while True:\n    pass", "While"),
    ("uendelig liste i flyten", "x = [y for y in iter(int, 1)]", "«x = [y for y in iter(int, 1)]» er ikke lov"),
    ("flyt som leser filer", 'hemmelig = open("/etc/passwd").read()', "open", "er ikke lov"),
    ("flyt som importerer subprocess", "import subprocess", "«import subprocess» er ikke lov"),
    ("flyt som låner os av en annen", "from kjerne.cli.prover import os", "Import fra «kjerne.cli.prover»"),
    ("flyt som åpner porten", "import kjerne.kjoring.helt as h\nh.port = print", "«h.port = print» er ikke lov"),
    ("flyt som låner av flows", "from flows.standard import os", "Import fra «flows.standard»"),
]

BREVTAGGER = [  # what it is, as it is written in the letter, and words of what is said about it
    ("skript", "<script>alert(1)</script>", "«<script>»"),
    ("skript i store bokstaver og linjeskift", "<SCRIPT\n src='x'>", "«<SCRIPT src='x'>»"),
    ("skript som ikke er lukket", "<script src=x", "<script"),
    ("hendelse", '<p onclick="alert(1)">x</p>', "onclick"),
    ("hendelse uten anførselstegn", "<p onmouseover=alert(1)>x</p>", "onmouseover"),
    ("bilde utenfra", '<img src="https://sporing.example/p.gif">', "<img"),
    ("lenke", '<a href="https://et-annet-sted.example">her</a>', "<a"),
    ("stil som henter", '<p style="background:url(//sporing.example)">x</p>', "style"),
    ("ramme", "<iframe></iframe>", "<iframe>"),
    ("skjema", "<form action='/'>", "<form"),
    ("basisadresse", '<base href="//et-annet-sted.example/">', "<base"),
    ("verdi i en tagg", '<p class="{{ siste_dag }}">x</p>', "<p class"),
    ("tegning", "<svg/onload=alert(1)>", "<svg"),
    ("fremmed form", "<?xml version='1.0'?>", "<?xml"),
]

UGYLDIGE = [
    # regler.py
    Ugyldig("regler i ring", "regler.py", bytt("def grunnlag(månedslønn, maks_gull, gullverdi):\n    return lavest(månedslønn",
            "def grunnlag(dagsats, maks_gull, gullverdi):\n    return lavest(dagsats"), ("ring", "grunnlag → dagsats → grunnlag")),
    Ugyldig("hjemmel mangler", "regler.py", bytt('"KL § 2 bokstav b"', '""'), ("er ikke en hjemmel",)),
    Ugyldig("desimaltall i et beløp", "regler.py", bytt("grunnlag * dagsfaktor", "grunnlag * 0.5 * dagsfaktor"), ("0,5", "parametre.csv")),
    Ugyldig("import os", "regler.py", tekst(lambda t: t + "import os\n"), ("«import» er ikke lov",)),
    Ugyldig("import fra sys", "regler.py", tekst(lambda t: t + "from sys import path\n"), ("Import fra «sys»", "bare fra kjerne.kontrakt")),
    Ugyldig("import numpy", "regler.py", tekst(lambda t: t + "from numpy import where\n"), ("Import fra «numpy»",)),
    Ugyldig("open i en regel", "regler.py", uttrykk("return open(har_bortforklaring)"), ("«open» er ikke et ord",)),
    Ugyldig("__import__ i en regel", "regler.py", uttrykk('return __import__("os")'), ("«__import__» er ikke et ord",)),
    Ugyldig("dunder i en regel", "regler.py", uttrykk("return har_bortforklaring.__class__"), ("punktum",)),
    Ugyldig("evig løkke ved import", "regler.py", tekst(lambda t: t + "while True:\n    pass\n"), ("«while» er ikke lov i regler.py",)),
    Ugyldig("evig løkke i en regel", "regler.py", uttrykk("while True:\n        pass\n    return har_bortforklaring"), ("While",)),
    Ugyldig("regel som kaller seg selv", "regler.py",
            uttrykk("return god_forklaring(har_bortforklaring)"), ("«god_forklaring»", "ordforrådet")),
    Ugyldig("regel som bygger på seg selv", "regler.py", bytt("def god_forklaring(har_bortforklaring):\n    return har_bortforklaring",
            "def god_forklaring(god_forklaring):\n    return god_forklaring"), ("ring", "god_forklaring → god_forklaring")),
    Ugyldig("dypt nøstede ord", "regler.py", uttrykk("return " + "ikke(" * 60 + "har_bortforklaring" + ")" * 60), ("for dypt nøstet",)),
    Ugyldig("uendelig sum", "regler.py", uttrykk("return " + "+".join(["har_bortforklaring"] * 5000)), ("for dypt nøstet",)),
    Ugyldig("tusen parenteser", "regler.py", uttrykk("return " + "(" * 5000 + "1" + ")" * 5000), ("ikke gyldig Python",)),
    Ugyldig("samme regel to ganger", "regler.py", tekst(lambda t: t + (REGEL * 2).format("return grad > 0", "return grad > 0")),
            ("prøve er skrevet to ganger",)),
    Ugyldig("samme argument to ganger", "regler.py", bytt("def ikke_kappspist(har_spist_kappspist)",
            "def ikke_kappspist(har_spist_kappspist, har_spist_kappspist)"), ("har_spist_kappspist står to ganger",)),
    Ugyldig("beløp uten klasse", "regler.py", bytt('klasse="GULL", ', ""), ("mangler klasse",)),
    Ugyldig("ukjent enhet i en regel", "regler.py", bytt('enhet="kr/md"', 'enhet="kroner"'), ("ukjent enhet «kroner»",)),
    Ugyldig("valg som ikke finnes i en regel", "regler.py", bytt('er(meldt_av, "kongen")', 'er(meldt_av, "kogen")'),
            ("«kogen» er ikke et av valgene i meldt_av", "Mente du «kongen»?", "regelen månedslønn")),
    Ugyldig("to regler om rett", "regler.py", tekst(lambda t: t + RETT), ("nøyaktig én regel med @….rett",)),
    Ugyldig("ukjent mottaker", "regler.py", bytt('til="soker"', 'til="prinsessen"'), ("Mottakeren «prinsessen» finnes ikke",)),
    Ugyldig("regel uten navn som finnes", "regler.py",
            bytt("def søkte_i_tide(mottatt_dato, frist)", "def søkte_i_tide(mottatt_dato, frister)"),
            ("frist",)),
    Ugyldig("regel som gir feil slag", "regler.py", bytt("return innenfor(jaget_fra, gjelder_fra, gjelder_til)", "return gjelder_til"),
            ("kan ikke kjøres", "dato"), ute=False),
    Ugyldig("ord med for mange argumenter", "regler.py", uttrykk("return ikke(har_bortforklaring, har_bortforklaring)"),
            ("god_forklaring kan ikke kjøres: et ord er brukt på en måte som ikke går (TypeError)",), ute=False),
    Ugyldig("ord med et argument som ikke finnes", "regler.py", uttrykk("return ikke(har_bortforklaring, paa=har_bortforklaring)"),
            ("god_forklaring kan ikke kjøres", "TypeError"), ute=False),
    # parametre.csv
    Ugyldig("overlappende datoer", "parametre.csv", bytt("dekning;60;%;01.06.2020", "dekning;60;%;15.05.2020"), ("overlapper",)),
    Ugyldig("hull i datoer", "parametre.csv", bytt("dekning;60;%;01.06.2020", "dekning;60;%;15.06.2020"), ("mangler verdi mellom",)),
    Ugyldig("samme parameter to ganger", "parametre.csv", rad("frist;30.09.2020;dato;01.03.2020;31.08.2020;;KL § 5;eventyr;"),
            ("frist har to verdier samtidig",)),
    Ugyldig("ukjent enhet", "parametre.csv", bytt("stønadsdager;18;dager", "stønadsdager;18;døgn"), ("ukjent enhet «døgn»",)),
    Ugyldig("kode som ikke finnes", "parametre.csv", bytt("lønnstyper;Loennsinntekt", "lønnstyper;Loenninntekt"),
            ("«Loenninntekt» er ikke en kjent inntektstype", "Mente du «Loennsinntekt»?"), ute=False),
    Ugyldig("negativ andel", "parametre.csv", bytt("dagsfaktor;4,615;%", "dagsfaktor;-4,615;%"), ("dagsfaktor er under null",), ute=False),
    Ugyldig("30. februar", "parametre.csv", bytt("frist;30.09.2020", "frist;30.02.2020"), ("30.02.2020", "ikke en dag som finnes")),
    Ugyldig("ukjent kolonne i parametrene", "parametre.csv", bytt("merknad\n", "merknad;farge\n"), ("Overskriften er feil",)),
    Ugyldig("for få celler", "parametre.csv", rad("ekstra;1;antall"), ("3 kolonner, skal ha 9",)),
    Ugyldig("åpent anførselstegn", "parametre.csv", bytt("maks_gull;6", '"maks_gull;6'), ("Anførselstegnene",)),
    Ugyldig("formel i en celle", "parametre.csv", bytt("Kongen angret seg", '=HYPERLINK("x")'), ("begynner som en formel",), ute=False),
    Ugyldig("ti milliarder måneder", "parametre.csv", bytt("antall_måneder;3;", "antall_måneder;10000000000;"), ("A-01",), ute=False),
    Ugyldig("fil på tre megabyte", "parametre.csv", bytes_(lambda raa: raa + b";;;;;;;;\n" * 340_000), ("for stor", "2000 kB")),
    Ugyldig("lenke ut av mappen", "parametre.csv", lenke("/etc/hostname"), ("lenke ut av mappen",)),
    Ugyldig("fil uten slutt", "parametre.csv", lenke("/dev/zero"), ("lenke ut av mappen",)),
    Ugyldig("lenke til ingenting", "README.md", lenke("borte.md"), ("lenke til noe som ikke finnes",)),
    # ordning.toml
    Ugyldig("navn som går ut av mappen", "ordning.toml", bytt('id = "askeladden"', 'id = "../x"'), ("id har ikke riktig form",)),
    Ugyldig("feil versjon av kontrakten", "ordning.toml", bytt("kontrakt = 1", "kontrakt = 2"), ("kontrakt er ikke en av de tillatte",)),
    Ugyldig("øre i en grense", "ordning.toml", bytt("maks_per_sak = 60_000", "maks_per_sak = 60_000.5"), ("skal være et helt tall",)),
    Ugyldig("lister i lister", "ordning.toml", tekst(lambda t: f"x = {'[' * 5000}{']' * 5000}\n{t}"), ("for dypt nøstet",)),
    Ugyldig("nøkler i nøkler", "ordning.toml", tekst(lambda t: f"{'a.' * 50_000}a = 1\n{t}"), ("for dypt nøstet",)),
    Ugyldig("grense under det reglene gir", "ordning.toml",
            bytt("maks_per_sak = 60_000", "maks_per_sak = 300"), ("maks_per_sak er 300\u00a0kr",), ute=False),
    Ugyldig("bunt mindre enn én sak", "ordning.toml",
            bytt("maks_per_bunt = 5_000_000", "maks_per_bunt = 50_000"), ("maks_per_bunt er lavere",),
            ute=False),
    Ugyldig("uten personvern", "ordning.toml", bytt(PERSONVERN, ""), ("hvor lenge de lagres",), ute=False),
    Ugyldig("felt uten formål", "ordning.toml",
            bytt('formaal = "Prøve reglene", navn = "grad"', 'navn = "grad"'), ("grad mangler formål",), ute=False),
    Ugyldig("høyere tilstand enn svarene", "ordning.toml",
            bytt('tilstand = "utkast"', 'tilstand = "godkjent"'), ("klage (godkjent)",), ute=False),
    # eksempler
    Ugyldig("ukjent kolonne", "eksempler/saker.csv", bytt("sak;hjemmel", "sak;hjemel"), ("«hjemel» er ukjent", "hjemmel"), ute=False),
    Ugyldig("ukjent utfall", "eksempler/saker.csv",
            rad(EKSEMPEL.replace("innvilget", "kanskje")), ("«kanskje» er ikke et utfall",), ute=False),
    Ugyldig("uten utfall", "eksempler/saker.csv", rad(EKSEMPEL.replace("innvilget", "")), ("utfallet mangler",), ute=False),
    Ugyldig("uten navn på saken", "eksempler/saker.csv", rad(EKSEMPEL.replace("A-99", "")), ("ikke navn",), ute=False),
    Ugyldig("samme sak to ganger", "eksempler/saker.csv", rad(EKSEMPEL.replace("A-99", "A-01")), ("A-01", "to ganger"), ute=False),
    Ugyldig("inntekt uten sak", "eksempler/inntekter.csv",
            rad("A-77;2020-03;910000004;Loennsinntekt;100"), ("«A-77» finnes ikke",), ute=False),
    Ugyldig("feil antall celler i eksemplene", "eksempler/saker.csv", rad("A-99;KL § 1"), ("2 kolonner",), ute=False),
    Ugyldig("feil orgnummer i et eksempel", "eksempler/saker.csv", rad(EKSEMPEL.replace("910000004", "910000005")),
            ("ikke et gyldig organisasjonsnummer",), ute=False),
    Ugyldig("feil orgnummer i en inntekt", "eksempler/inntekter.csv", rad("A-01;2020-02;910000005;Loennsinntekt;100"),
            ("ikke et gyldig organisasjonsnummer",), ute=False),
    Ugyldig("ekte fødselsnummer i et eksempel", "eksempler/saker.csv", rad(EKSEMPEL.replace("Prøve", f"Gjelder {ekte_form()}")),
            ("ekte person", "syntetisk"), ute=False),
    Ugyldig("ekte fødselsnummer i en tekst", "README.md", tekst(lambda t: t + f"Spør {ekte_form()[:6]} {ekte_form()[6:]}.\n"),
            ("ekte person",), ute=False),
    Ugyldig("eksempler uten en eneste sak", "eksempler/saker.csv", tekst(lambda t: t.split("\n")[0] + "\n"), ("saksfilen",), ute=False),
    Ugyldig("eksempel som er galt", "eksempler/saker.csv",
            bytt("innvilget;72;", "innvilget;73;"), ("beløp er 72", "skal være 73"), ute=False),
    # brev, kvalitet, flyt, runbook, modenhet
    Ugyldig("brev med ukjent verdi", "brev/vedtak.nb.html", bytt("{{ siste_dag }}", "{{ sistedag }}"), ("sistedag",), ute=False),
    Ugyldig("brev som graver i Python", "brev/vedtak.nn.html",
            bytt("{{ siste_dag }}", "{{ ''.__class__ }}"), ("bare sette inn verdier",), ute=False),
    Ugyldig("brev med løkke", "brev/vedtak.nb.html",
            bytt("{{ siste_dag }}", "{% for x in jaget_fra %}{% endfor %}"), ("bare sette inn",), ute=False),
    Ugyldig("vilkår uten blokk på nynorsk", "brev/vedtak.nn.html", bytt("{% block god_forklaring %}", "{% block god_forklåring %}"),
            ("god_forklaring", "vedtak.nn.html"), ute=False),
    Ugyldig("tom blokk", "brev/vedtak.nb.html",
            bytt("Du har kappspist med trollet.", "TODO"), ("ikke_kappspist er ikke skrevet",), ute=False),
    *[Ugyldig(f"brev med {slag}", "brev/vedtak.nb.html", bytt("{{ siste_dag }}", "{{ siste_dag }} " + tagg), (ord_, "ikke stå i et brev"),
              ute=False) for slag, tagg, ord_ in BREVTAGGER],
    Ugyldig("kontroll som ikke finnes", "kvalitet.toml",
            bytt('navn = "inn_beloep_satt"', 'navn = "inn_gull_satt"'), ("inn_gull_satt",), ute=False),
    Ugyldig("svar som ikke finnes i vinduet", "kvalitet.toml", bytt('er = ["askeladden"]', 'er = ["askelad"]'),
            ("«askelad» i [vindu] finnes ikke", "Mente du «askeladden»?"), ute=False),
    Ugyldig("inntekt uten kontroll", "kvalitet.toml",
            bytt('navn = "inn_beloep_satt"', 'navn = "inn_hopp"'), ("beloep", "ingen kontroll vokter"),
            ute=False),
    Ugyldig("lister i lister i kvaliteten", "kvalitet.toml",
            tekst(lambda t: f"x = {'[' * 5000}{']' * 5000}\n{t}"), ("for dypt nøstet",), ute=False),
    *[Ugyldig(slag, "flyt.py", tekst(lambda t, linje=linje: t + linje + "\n"), ord_, ute=False) for slag, linje, *ord_ in FLYTER],
    Ugyldig("flyt uten kvalitet", "flyt.py", bytt('n")', 'n").uten("kvalitet")'), ("kvalitet kan ikke utelates",), ute=False),
    Ugyldig("flyt uten kontroll av bunten", "flyt.py", bytt('n")', 'n").uten("bunt")'), ("bunt kan ikke utelates",), ute=False),
    Ugyldig("flyt uten brev og uten grunn", "flyt.py", bytt('n")', 'n").uten("brev")'), ("brev er utelatt uten grunn",), ute=False),
    Ugyldig("flyten til en annen", "flyt.py", bytt('"askeladden"', '"gjetergutten"'), ("mappen heter «askeladden»",), ute=False),
    Ugyldig("grunn til å utelate et steg som er der", "modenhet.toml", tekst(lambda t: t + '[uten_steg]\nbrev = "vi skriver selv"\n'),
            ("grunn til å utelate brev",), ute=False),
    Ugyldig("kode i __init__.py", "flyt.py", lambda sti: sti.with_name("__init__.py").write_text("import os\n"),
            ("__init__.py hører ikke hjemme",), ute=False),
    Ugyldig("runbook uten kapittel", "runbook.md", bytt("## Når noe er galt", "## Annet"), ("«## Når noe er galt» mangler",), ute=False),
    Ugyldig("krav uten svar", "modenhet.toml", bytt('[krav.klage]\nstatus = "todo"\n', ""), ("Kravet klage er ikke besvart",), ute=False),
    Ugyldig("krav som ikke finnes", "modenhet.toml", bytt("[krav.klage]", "[krav.flaks]"), ("flaks",), ute=False),
    Ugyldig("gammel REGLER.md", "REGLER.md", tekst(lambda t: t + "Og en regel til.\n"), ("REGLER.md er ikke laget av reglene",), ute=False),
    Ugyldig("filnavn i NFD", "README.md",
            lambda sti: sti.with_name(unicodedata.normalize("NFD", "små.md")).write_text("x\n"), ("NFC",), ute=False),
    Ugyldig("fil som ikke hører hjemme", "README.md",
            lambda sti: sti.with_name("hemmelig.xlsx").write_text("x"), ("hører ikke hjemme",), ute=False),
    Ugyldig("rør i stedet for fil", "README.md", lambda sti: (sti.unlink(), os.mkfifo(sti)), ("ikke en vanlig fil",)),
    *[Ugyldig(f"{fil} mangler", fil, slett, (fil.rsplit("/")[-1], "mangler"), ute=fil not in KJORER_UTEN) for fil in PAAKREVD],
    *[Ugyldig(f"{fil} er ikke UTF-8", fil, bytes_(ikke_utf8), ("ikke lagret som UTF-8",), ute=fil in TEKST[:3]) for fil in TEKST],
    *[Ugyldig(f"{fil} har NUL", fil, bytes_(lambda raa: raa + b"\0\n"), ("NUL",), ute=fil in TEKST[:3]) for fil in TEKST],
    *[Ugyldig(f"{fil} har BOM", fil, bytes_(lambda raa: b"\xef\xbb\xbf" + raa), ("BOM", "--rett"), ute=False)
      for fil in ("ordning.toml", "regler.py", "eksempler/saker.csv")],
    *[Ugyldig(f"{fil} har CRLF", fil, bytes_(lambda raa: raa.replace(b"\n", b"\r\n")), ("CRLF", "--rett"), ute=False)
      for fil in ("parametre.csv", "regler.py", "brev/vedtak.nb.html")],
    *[Ugyldig(f"{fil} er i NFD", fil, tekst(lambda t: unicodedata.normalize("NFD", t)), ("NFC", "--rett"), ute=False)
      for fil in ("ordning.toml", "parametre.csv", "regler.py", "eksempler/saker.csv", "brev/vedtak.nb.html")],
]  # fmt: skip
