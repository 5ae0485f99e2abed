import hashlib
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kjerne.brev import les_brev, skriv_arkiv
from kjerne.kontrakt.feil import Ordningsfeil

BREV = [("b-2", "<p>to æøå</p>"), ("a-1", "<p>en</p>"), ("c-3", "<p>tre</p>" * 1000)]


def test_arkivet_er_det_samme_uansett_rekkefoelge(tmp_path):
    en = skriv_arkiv(tmp_path / "en.zip", BREV)
    to = skriv_arkiv(tmp_path / "to.zip", reversed(BREV))
    assert en == to == [(i, hashlib.sha256(h.encode()).hexdigest()) for i, h in sorted(BREV)]
    assert (tmp_path / "en.zip").read_bytes() == (tmp_path / "to.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "en.zip") as arkiv:
        assert arkiv.testzip() is None
        assert arkiv.namelist() == ["a-1.html", "b-2.html", "c-3.html"]
        assert {i.date_time for i in arkiv.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@settings(max_examples=30, deadline=None)  # each writes a file and waits for the disk
@given(
    st.dictionaries(
        st.from_regex(r"\A[a-z0-9]{1,12}\Z"), st.text(st.characters(codec="utf-8"), max_size=50), max_size=20
    )
)
def test_det_som_skrives_leses_tilbake(tmp_path_factory, brev):
    sti = tmp_path_factory.mktemp("a") / "mappe" / "brev.zip"
    assert [i for i, _ in skriv_arkiv(sti, brev.items())] == sorted(brev)
    assert {i: les_brev(sti, i) for i in brev} == brev


def test_en_feil_underveis_lar_det_gamle_arkivet_staa(tmp_path):
    sti = tmp_path / "brev.zip"
    skriv_arkiv(sti, BREV)
    foer = sti.read_bytes()

    def avbrutt():
        yield "d-4", "<p>fire</p>"
        raise RuntimeError("strømmen gikk")

    with pytest.raises(RuntimeError):
        skriv_arkiv(sti, avbrutt())
    with pytest.raises(UnicodeEncodeError):
        skriv_arkiv(sti, [("e-5", "\ud800")])
    with pytest.raises(Ordningsfeil, match="annet innhold"):
        skriv_arkiv(sti, BREV[:2])
    assert skriv_arkiv(sti, BREV)  # once more is fine
    assert sti.read_bytes() == foer
    assert [f.name for f in tmp_path.iterdir()] == ["brev.zip"]


@pytest.mark.parametrize("brev, hva", [
    ([("a", "1"), ("a", "2")], "to brev"), ([("../a", "1")], "filnavn"), ([("", "1")], "filnavn"),
    ([("a\n", "1")], "filnavn"),
])  # fmt: skip
def test_umulige_navn(tmp_path, brev, hva):
    with pytest.raises(ValueError, match=hva):
        skriv_arkiv(tmp_path / "brev.zip", brev)
    assert not list(tmp_path.iterdir())
