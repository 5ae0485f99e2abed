import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kjerne.utbetaling.banktegn import banktekst


@pytest.mark.parametrize(
    ("navn", "ventet"),
    [
        ("Øystein Ålgård Bjærum", "Øystein Ålgård Bjærum"),
        ("A\u030ase Bja\u0308rn", "Åse Bjärn"),  # NFD
        ("\u212bse", "Åse"),  # Ångström sign
        ("Máret Ánne Čáhppe Đuŋga Ŧiŋŋá", "Máret Ánne Cáhppe Dungga Tingngá"),
        ("Ǩeäđgi Ǥuʒʒ Ǯ", "Keädgi Guzz Z"),
        ("Ǽdel Bjǿrn", "Ædel Bjørn"),
        ("Łukasz Żółć", "Lukasz Zólc"),
        ("Ærlig & Sønn <AS>", "Ærlig + Sønn (AS)"),
        ("O’Brien «Ola» \"x\"", "O'Brien 'Ola' 'x'"),
        ("a\x00b\x07c\x1b", "abc"),
        ("a\tb\r\nc\u00a0d\u2009e", "a b c d e"),
        ("\u202eavtok\u200b\ufeff", "avtok"),  # RTL override, zero width
        ("Дмитрий 😀👨‍👩‍👧", "? ?"),
        ("ﬁn ½ Ⅳ ①", "fin 1/2 IV 1"),
        ("\ud800x\uffff", "?x?"),
        ("]]>&amp;<!--", ")))+amp,(.--"),
        ("   ", ""),
        ("", ""),
        ("ø" * 10_000, "ø" * 70),
        ("ŋ" * 60, ("ng" * 60)[:70]),
        ("Z̸̛̲a̴̧l̸g̵o̷" + "\u0335" * 5000, "Zalgo"),
    ],
)  # fmt: skip
def test_navn_i_bankens_bokstaver(navn, ventet):
    assert banktekst(navn, 70) == ventet


@given(st.text(), st.integers(1, 200))
@settings(max_examples=500)
def test_banktekst_er_trygg_for_enhver_tekst(tekst, lengde):
    ut = banktekst(tekst, lengde)
    assert len(ut) <= lengde
    assert not set(ut) & set('<>&"%\x00\n\t') and "  " not in ut and ut == ut.strip()
    assert ut.encode("latin-1").decode("latin-1") == ut
    assert banktekst(ut, lengde) == ut
