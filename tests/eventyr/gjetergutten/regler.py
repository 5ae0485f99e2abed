"""Brødkurv: a fictional scheme where a month builds on the months before it."""

from kjerne.kontrakt import (
    Regelsett,
    alle,
    ansatt_som,
    antall_av,
    hele_kroner,
    hele_år,
    hvis,
    høyest,
    innenfor,
    lavest,
    senest,
    siste_måneder,
)

kl = Regelsett("gjetergutten")


@kl.vilkår("KL § 1", "Gjette mens ordningen gjaldt", kilde="eventyr")
def i_perioden(måned_fra, gjelder_fra, gjelder_til):
    return innenfor(måned_fra, gjelder_fra, gjelder_til)


@kl.vilkår("KL § 2", "Er gammel nok til å gjete", kilde="eventyr")
def gammel_nok(fødselsdato, måned_fra, minste_alder):
    return hele_år(fødselsdato, måned_fra) >= minste_alder


@kl.vilkår("KL § 5", "Søkte innen fristen for måneden", kilde="eventyr")
def søkte_i_tide(mottatt_dato, frist):
    return senest(mottatt_dato, frist)


@kl.vilkår("KL § 4", "Kurven er ikke tom", kilde="eventyr")
def kurven_er_ikke_tom(brød_hittil, tak):
    return brød_hittil < tak


@kl.beregning("KL § 3", "Tapet er harene som ble borte, og det som står til gode; egenandelen trekkes den første gangen", enhet="kr", kilde="eventyr")
def tap(tapte_harer, pris_per_hare, til_gode, har_fått_før, egenandel):
    return høyest(tapte_harer * pris_per_hare + til_gode - hvis(har_fått_før, 0, egenandel), 0)


@kl.beregning("KL § 3", "Det som ikke får plass denne måneden, står til gode", enhet="kr", kilde="eventyr")
def rest(tap, mest_i_måneden):
    return høyest(tap - mest_i_måneden, 0)


@kl.samling("KL § 6", "Måneder med lønn som ansatt", kilde="eventyr")
def gjeterlønn(inntekter, gjetertyper, måned_fra, lønnsmåneder):
    return siste_måneder(ansatt_som(inntekter, gjetertyper), måned_fra, lønnsmåneder)


@kl.rett("KL § 1", "Har rett til brød", kilde="eventyr")
def rett_til_brød(i_perioden, gammel_nok, søkte_i_tide, kurven_er_ikke_tom):
    return alle(i_perioden, gammel_nok, søkte_i_tide, kurven_er_ikke_tom)


@kl.beløp("KL § 3", "Brødet er tapet, høyst så mye som får plass", til="soker", klasse="BROED", fom="måned_fra", tom="måned_til", kilde="eventyr")
def brød(tap, mest_i_måneden, tak, brød_hittil):
    return hele_kroner(lavest(tap, mest_i_måneden, høyest(tak - brød_hittil, 0)))


@kl.beløp("KL § 6", "Smør på brødet til den som har vært ansatt, mer for hver måned før", til="soker", klasse="SMOER",
          fom="måned_fra", tom="måned_til", kilde="eventyr")
def smør(brød, smøreandel, måneder_før, flest_harer, gjeterlønn):
    return hele_kroner(brød * smøreandel * (måneder_før + 1)) + flest_harer + antall_av(gjeterlønn)
