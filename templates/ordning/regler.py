"""<< navn.nb >>: every condition and figure is an example from the template, until a jurist has replaced it."""

from kjerne.kontrakt import (
<% for ord in ordene %>
    << ord >>,
<% endfor %>
)

regelsett = Regelsett("<< id >>")

# Hvem har rett


<% if belop == "refusjon" %>
@regelsett.vilkår("FOR § ?", "Utgiften er fra dagene ordningen gjelder", kilde="mal")
<% else %>
@regelsett.vilkår("FOR § ?", "Perioden begynner mens ordningen gjelder", kilde="mal")
<% endif %>
def begynner_i_ordningen(fra_dato, gjelder_fra, gjelder_til):
    return innenfor(fra_dato, gjelder_fra, gjelder_til)


@regelsett.vilkår("FOR § ?", "Er rammet av det ordningen gjelder", kilde="mal")
def er_rammet(rammet):
    return rammet


@regelsett.vilkår("FOR § ?", "Søkte innen fristen", kilde="mal")
def søkt_innen_fristen(mottatt_dato, søknadsfrist):
    return senest(mottatt_dato, søknadsfrist)


<% if belop == "refusjon" %>
@regelsett.vilkår("FOR § ?", "Den delen av utgiften som dekkes, er minst én krone", kilde="mal")
def har_noe_å_dekke(dekket_utgift):
    return dekket_utgift > 0
<% elif belop == "andel_dag" %>
@regelsett.vilkår("FOR § ?", "Perioden har minst én dag mandag til fredag", kilde="mal")
def har_noe_å_dekke(dager):
    return dager > 0
<% else %>
@regelsett.vilkår("FOR § ?", "Perioden har minst én hel kalendermåned", kilde="mal")
def har_noe_å_dekke(måneder):
    return måneder > 0
<% endif %>
<% if andel %>


@regelsett.vilkår("FOR § ?", "Hadde en inntekt som støtten kan regnes av", kilde="mal")
def hadde_inntekt(<< satsnavn >>):
    return << satsnavn >> > 0
<% elif med_inntektskrav %>


@regelsett.vilkår("FOR § ?", "Hadde en inntekt på minst det som kreves", kilde="mal")
def hadde_inntekt(månedsinntekt, minste_inntekt):
    return månedsinntekt >= minste_inntekt
<% endif %>
<% if med_inntekt %>


# Inntekten


<% if med_arbeidsgiver %>
@regelsett.samling("FOR § ?", "Lønn hos arbeidsgiveren i de siste månedene før", kilde="mal")
def tellende_inntekt(inntekter, arbeidsgiver, inntektstyper, fra_dato, måneder_i_snitt):
    hos = hos_arbeidsgiver(av_type(inntekter, inntektstyper), arbeidsgiver)
    return siste_måneder(hos, fra_dato, måneder_i_snitt)
<% else %>
@regelsett.samling("FOR § ?", "Inntekt i de siste månedene før, fra alle som har betalt", kilde="mal")
def tellende_inntekt(inntekter, inntektstyper, fra_dato, måneder_i_snitt):
    return siste_måneder(av_type(inntekter, inntektstyper), fra_dato, måneder_i_snitt)
<% endif %>


@regelsett.beregning("FOR § ?", "Månedsinntekten er snittet av månedene", enhet="kr/md", kilde="mal")
def månedsinntekt(tellende_inntekt, måneder_i_snitt):
    return snitt_av(tellende_inntekt, måneder_i_snitt)
<% endif %>


# Perioden og satsen


<% if belop == "andel_dag" %>
@regelsett.beregning("FOR § ?", "Dager mandag til fredag i perioden, høyst så mange som ordningen gir", enhet="dager", kilde="mal")
def dager(fra_dato, til_dato, maks_dager):
    return lavest(ukedager(fra_dato, til_dato), maks_dager)


@regelsett.beregning("FOR § ?", "Siste dag som dekkes", enhet="dato", kilde="mal")
def siste_dag(fra_dato, til_dato, maks_dager):
    return lavest(til_dato, ukedag_nummer(fra_dato, maks_dager))


@regelsett.beregning("FOR § ?", "Dagsatsen er en andel av inntekten per dag, opp til et tak", enhet="kr/dag", kilde="mal",
                     valg="Dagsatsen rundes til hele kroner, 50 øre oppover")
def dagsats(<< inntekt >>, dager_i_året, dekning, tak_per_dag):
    return hele_kroner(lavest(<< inntekt >> * 12 / dager_i_året * dekning, tak_per_dag))
<% elif belop == "refusjon" %>
@regelsett.beregning("FOR § ?", "Den delen av utgiften som dekkes", enhet="kr", kilde="mal",
                     valg="Beløpet rundes til hele kroner, 50 øre oppover")
def dekket_utgift(oppgitt_utgift, dekning):
    return hele_kroner(oppgitt_utgift * dekning)
<% else %>
@regelsett.beregning("FOR § ?", "Hele kalendermåneder i perioden, høyst så mange som ordningen gir", enhet="måneder", kilde="mal")
def måneder(fra_dato, til_dato, maks_måneder):
    return lavest(hele_måneder(fra_dato, dager_etter(til_dato, 1)), maks_måneder)
<% if belop == "andel_maaned" %>


@regelsett.beregning("FOR § ?", "Månedssatsen er en andel av inntekten, opp til et tak", enhet="kr/md", kilde="mal",
                     valg="Månedssatsen rundes til hele kroner, 50 øre oppover")
def månedssats(<< inntekt >>, dekning, tak_per_måned):
    return hele_kroner(lavest(<< inntekt >> * dekning, tak_per_måned))
<% endif %>
<% endif %>


# Retten og beløpet


@regelsett.rett("FOR § ?", "Har rett til støtte", kilde="mal")
def rett_til_støtte(<< vilkaar|join(', ') >>):
    return alle(<< vilkaar|join(', ') >>)


<% if belop == "andel_dag" %>
@regelsett.beløp("FOR § ?", "Støtten er dagsatsen for hver dag",
                 << linje >>, kilde="mal")
def støtte(dagsats, dager):
    return dagsats * dager
<% elif belop == "andel_maaned" %>
@regelsett.beløp("FOR § ?", "Støtten er månedssatsen for hver måned",
                 << linje >>, kilde="mal")
def støtte(månedssats, måneder):
    return månedssats * måneder
<% elif belop == "fast" %>
@regelsett.beløp("FOR § ?", "Støtten er et fast beløp for hver måned",
                 << linje >>, kilde="mal")
def støtte(beløp_per_måned, måneder):
    return beløp_per_måned * måneder
<% else %>
@regelsett.beløp("FOR § ?", "Støtten er den dekkede utgiften, opp til et tak",
                 << linje >>, kilde="mal")
def støtte(dekket_utgift, tak_for_utgiften):
    return lavest(dekket_utgift, tak_for_utgiften)
<% endif %>
