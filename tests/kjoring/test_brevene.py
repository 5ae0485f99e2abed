"""The letters of a run: the fast way gives what the template gives, for every letter."""

import pandas as pd
import sqlalchemy as sa

from kjerne.kjoring.brevskriver import Brevskriver
from kjerne.kjoring.brevsteg import hent_brev
from kjerne.kjoring.lesing import hent_ramme
from kjerne.kjoring.rom import Grunnlag, Kjoring
from kjerne.lager.motor import lesende
from kjerne.lager.tabeller import brev, kjoring
from kjerne.regelmotor.oppdagelse import finn


def test_hvert_brev_er_det_malen_gir(kjort, grunnlag):
    with lesende(kjort.motor) as conn:
        kjoring_id = conn.scalar(sa.select(kjoring.c.kjoring_id))
        lagrede = conn.execute(sa.select(brev.c.vedtak_id, brev.c.arkiv)).all()
        former = dict(map(tuple, conn.execute(sa.select(brev.c.vedtak_id, brev.c.maalform))))
    k = Kjoring(kjort, finn("askeladden"), Grunnlag(vedtaksdato=grunnlag.vedtaksdato, hentet=grunnlag.hentet, bitstorrelse=100), kjoring_id)
    skriver = Brevskriver(k.verk, syntetisk=True)
    rett = {}
    for bit in range(3):
        rett |= _rett_fra_malen(k, skriver, bit)
    assert set(rett) == {v for v, _ in lagrede}
    arkiver = pd.concat([hent_ramme(k, a.split("/")[1].removesuffix(".parquet"), "brev") for a in sorted({a for _, a in lagrede})])
    assert dict(zip(arkiver["vedtak_id"], arkiver["html"], strict=True)) == rett
    assert hent_brev(kjort, lagrede[0][0]) == rett[lagrede[0][0]]
    assert {v: h.split('lang="')[1][:2] for v, h in rett.items()} == former
    assert set(former.values()) == {"nb", "nn"}


def _rett_fra_malen(k: Kjoring, skriver: Brevskriver, bit: int) -> dict[str, str]:
    from kjerne.kjoring.brevsteg import _avgjort
    from kjerne.kjoring.vurdering import bit_av

    saker = bit_av(k, k.resultat("kvalitet"), bit).set_index("sak_id")
    vedtakene, linjer = _avgjort(k, saker)
    trace = hent_ramme(k, k.resultat("vurder", bit)["sporing"], "sporing").set_index("sak_id").loc[vedtakene["sak_id"]]
    egne = saker.loc[vedtakene["sak_id"]]
    tekst = {m: skriver._verdier(trace, m) for m in ("nb", "nn")}
    ut, lov = {}, skriver._lov(trace)
    for nr, rad in enumerate(vedtakene.itertuples()):
        m = egne["maalform"].iloc[nr]
        verdier = {n: kolonne[nr] for n, kolonne in tekst[m].items()}
        sak = skriver._sak(rad, m, egne["ident"].iloc[nr], verdier, linjer.get(rad.vedtak_id, ()), k.grunnlag.hentetdato, lov[nr])
        ut[rad.vedtak_id] = skriver.mal.skriv_rett_fra_malen(sak)
    return ut
