import shutil

import pytest

from tests.cli.dorer import EVENTYR

MED_TEKST = '  { navn = "hilsen", type = "tekst", nb = "En hilsen til kongen", nn = "Ei helsing til kongen", ' \
            'syntetisk = { verdi = "hei" } },\n]\n\n[eier]'  # fmt: skip


@pytest.fixture(scope="session")
def med_tekst(tmp_path_factory):
    """The fictional schemes, where one of them also asks for free text."""
    rot = tmp_path_factory.mktemp("ordninger") / "o"
    shutil.copytree(EVENTYR, rot)
    fil = rot / "askeladden" / "ordning.toml"
    tekst = fil.read_text("utf-8")
    assert tekst.count("]\n\n[eier]") == 1
    fil.write_text(tekst.replace("]\n\n[eier]", MED_TEKST), "utf-8")
    return rot
