"""Trøstegull: a fictional scheme with one rule of every kind."""

from kjerne.kontrakt import (
    Regelsett,
    alle,
    av_type,
    er,
    ett_av,
    hele_kroner,
    hos_arbeidsgiver,
    hvis,
    ikke,
    innenfor,
    lavest,
    senest,
    siste_måneder,
    snitt_av,
    ukedag_nummer,
)

kl = Regelsett("askeladden")


@kl.vilkår("KL § 1", "Ble jaget mens ordningen gjaldt", kilde="eventyr")
def jaget_i_perioden(jaget_fra, gjelder_fra, gjelder_til):
    return innenfor(jaget_fra, gjelder_fra, gjelder_til)


@kl.vilkår("KL § 2 bokstav a", "Har ikke kappspist med trollet", kilde="eventyr")
def ikke_kappspist(har_spist_kappspist):
    return ikke(har_spist_kappspist)


@kl.vilkår("KL § 2 bokstav b", "Har en god forklaring", kilde="eventyr")
def god_forklaring(har_bortforklaring):
    return har_bortforklaring


@kl.vilkår("KL § 5", "Søkte innen fristen", kilde="eventyr")
def søkte_i_tide(mottatt_dato, frist):
    return senest(mottatt_dato, frist)


@kl.samling("KL § 3 første ledd", "Lønn på gården de siste månedene før jakten", kilde="eventyr")
def tellende_lønn(inntekter, arbeidsgiver, lønnstyper, jaget_fra, antall_måneder):
    hos = hos_arbeidsgiver(av_type(inntekter, lønnstyper), arbeidsgiver)
    return siste_måneder(hos, jaget_fra, antall_måneder)


@kl.beregning("KL § 3 første ledd", "Månedslønnen er snittet, eller det kongen oppgir", enhet="kr/md", kilde="eventyr")
def månedslønn(meldt_av, oppgitt_lønn, tellende_lønn, antall_måneder):
    return hvis(er(meldt_av, "kongen"), oppgitt_lønn, snitt_av(tellende_lønn, antall_måneder))


@kl.beregning("KL § 3 andre ledd", "Månedslønnen regnes opp til et tak i gull", enhet="kr/md", kilde="eventyr")
def grunnlag(månedslønn, maks_gull, gullverdi):
    return lavest(månedslønn, maks_gull * gullverdi)


@kl.beregning("KL § 4", "Dagsatsen er en andel av grunnlaget", enhet="kr/dag", kilde="eventyr",
              valg="Dagsatsen rundes til hele kroner, fordi loven ikke sier noe")
def dagsats(grunnlag, dagsfaktor, dekning, grad):
    return hele_kroner(grunnlag * dagsfaktor * dekning * grad)


@kl.beregning("KL § 4", "Siste dag med gull", enhet="dato", kilde="eventyr")
def siste_dag(jaget_fra, stønadsdager):
    return ukedag_nummer(jaget_fra, stønadsdager)


@kl.rett("KL § 1", "Har rett til trøstegull", kilde="eventyr")
def rett_til_gull(jaget_i_perioden, ikke_kappspist, god_forklaring, søkte_i_tide):
    return alle(jaget_i_perioden, ett_av(ikke_kappspist, god_forklaring), søkte_i_tide)


@kl.beløp("KL § 4", "Gullet er dagsatsen for hver ukedag", til="soker", klasse="GULL", fom="jaget_fra", tom="siste_dag", kilde="eventyr")
def gull(dagsats, stønadsdager):
    return dagsats * stønadsdager
