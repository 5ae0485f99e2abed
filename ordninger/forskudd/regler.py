"""Forskudd på dagpenger: 60 per cent of the basis for one month while dagpenger is not decided, less 25 per cent tax."""

from kjerne.kontrakt import (
    Regelsett,
    alle,
    andel,
    av_type,
    dager_etter,
    er,
    ett_av,
    første_kjente,
    hele_kroner,
    hele_år,
    hele_øre,
    hvis,
    høyest,
    ikke,
    innenfor,
    kjent,
    lavest,
    med_beskrivelse,
    måneder_etter,
    måneder_uten,
    senest,
    siste_måneder,
    sum_av,
)

fd = Regelsett("forskudd")

# Søknaden


@fd.vilkår("FDF § ?", "Søkte om forskudd mens ordningen varte", kilde="aov, revis, reg2021",
           valg="Fra 1. januar 2021 gjaldt ordningen i perioder med unormalt lang saksbehandlingstid. Hvilke perioder det var, er ikke funnet; hele våren "
                "er med, og ventetiden på fire uker gjelder. Siste dag er 30. juni 2021, den siste som er nevnt i en kilde. Om ordningen varte lenger er ikke funnet")
def søkte_mens_ordningen_varte(mottatt_dato, gjelder_fra, gjelder_til):
    return innenfor(mottatt_dato, gjelder_fra, gjelder_til)


@fd.vilkår("FDF § ?", "Har søkt om dagpenger", kilde="navfd")
def har_søkt_om_dagpenger(har_søkt_dagpenger):
    return har_søkt_dagpenger


@fd.vilkår("FDF § ?", "Søknaden om dagpenger er ikke avgjort", kilde="navfd")
def dagpenger_er_ikke_avgjort(dagpenger_avgjort):
    return ikke(dagpenger_avgjort)


@fd.beregning("FDF § ?", "Første dag det er lov å søke om forskudd etter søknaden om dagpenger", enhet="dato", kilde="navfd")
def åpent_etter_dagpengesøknaden(dagpenger_søkt, ventedager):
    return dager_etter(dagpenger_søkt, ventedager)


@fd.vilkår("FDF § ?", "Har ventet på svar så lenge som ordningen krever", kilde="navfd")
def har_ventet_lenge_nok(åpent_etter_dagpengesøknaden, mottatt_dato):
    return senest(åpent_etter_dagpengesøknaden, mottatt_dato)


@fd.beregning("FDF § ?", "Første dag det er lov å søke igjen: én måned etter den første dagen i det siste forskuddet", enhet="dato", kilde="navfd",
              valg="Én måned er til samme dag i neste måned, eller til månedens siste dag når dagen ikke finnes")
def åpent_etter_siste_forskudd(siste_forskudd):
    return måneder_etter(siste_forskudd, 1)


@fd.vilkår("FDF § ?", "Det har gått minst én måned siden det siste forskuddet", kilde="navfd")
def en_måned_siden_sist(åpent_etter_siste_forskudd, mottatt_dato):
    return senest(åpent_etter_siste_forskudd, mottatt_dato)


@fd.vilkår("FDF § ?", "Søknaden er levert med elektronisk ID", kilde="navfd")
def levert_med_elektronisk_id(elektronisk_id):
    return elektronisk_id


# Personen


@fd.beregning("FDF § ?", "Alderen den dagen søknaden om forskudd kom", enhet="år", kilde="navfd",
              valg="Kilden sier «over 18, under 67» uten å si når. Dagen søknaden kom er brukt, og fødselsdagen teller med")
def alder(fødselsdato, mottatt_dato):
    return hele_år(fødselsdato, mottatt_dato)


@fd.vilkår("FDF § ?", "Har fylt 18 år", kilde="navfd")
def har_fylt_18(alder, laveste_alder):
    return alder >= laveste_alder


@fd.vilkår("FDF § ?", "Har ikke fylt 67 år", kilde="navfd")
def er_under_67(alder, øvre_aldersgrense):
    return alder < øvre_aldersgrense


@fd.vilkår("FDF § ?", "Er permittert eller uten arbeid når søknaden om forskudd kommer", kilde="navfd")
def er_uten_arbeid(dagpenger_fra, mottatt_dato):
    return senest(dagpenger_fra, mottatt_dato)


@fd.vilkår("FDF § ?", "Er ikke selvstendig næringsdrivende", kilde="navfd, velferd")
def er_ikke_selvstendig(situasjon):
    return ikke(er(situasjon, "selvstendig"))


@fd.vilkår("FDF § ?", "Frilansere: har valgt dagpenger, og søkte etter at frilansere kunne søke", kilde="navfd, velferd")
def frilanser_kan_søke(situasjon, valgt_dagpenger, mottatt_dato, frilansere_fra):
    return ett_av(ikke(er(situasjon, "frilanser")), alle(valgt_dagpenger, senest(frilansere_fra, mottatt_dato)))


@fd.vilkår("MFU § ?", "Lærlinger: søkte etter at lærlinger kunne søke", kilde="laerling")
def lærling_kan_søke(situasjon, mottatt_dato, lærlinger_fra):
    return ett_av(ikke(er(situasjon, "lærling")), senest(lærlinger_fra, mottatt_dato))


# Hovedvilkårene for dagpenger


@fd.vilkår("FTRL § ?", "Har mistet så stor del av arbeidstiden som dagpenger krever", kilde="grad, navfd")
def har_mistet_nok_arbeidstid(ledighetsgrad, minste_ledighetsgrad):
    return ledighetsgrad >= minste_ledighetsgrad


@fd.vilkår("FTRL § ?", "Har bekreftet de andre hovedvilkårene for dagpenger", kilde="navfd",
           valg="Kilden sier «hovedvilkårene» uten å regne opp alle. Arbeidstid og minsteinntekt prøves; resten bekrefter søkeren")
def oppfyller_hovedvilkårene(bekrefter_hovedvilkår):
    return bekrefter_hovedvilkår


@fd.vilkår("FTRL § ?", "Sender meldekort hver 14. dag", kilde="navfd")
def melder_seg(sender_meldekort):
    return sender_meldekort


# Inntekten


@fd.samling("FDF § ?", "Lønn i A-ordningen", kilde="navfd")
def tellende_inntekt(inntekter, inntektstyper, lønnsarter):
    return med_beskrivelse(av_type(inntekter, inntektstyper), lønnsarter)


@fd.samling("FTRL § 4-4 første ledd bokstav a", "Lønn i de siste 12 månedene", kilde="minst, velferd",
            valg="Månedene er hele kalendermåneder før måneden det søkes dagpenger fra. Den datoen er både beregningsdato og regelverksdato; NAV "
                 "skilte mellom de to fra våren 2021, og hva som gjaldt for forskudd er ikke funnet")
def lønn_siste_12(tellende_inntekt, dagpenger_fra, kort_periode):
    return siste_måneder(tellende_inntekt, dagpenger_fra, kort_periode)


@fd.samling("FTRL § 4-4 første ledd bokstav b", "Lønn i de siste 36 månedene", kilde="minst, velferd")
def lønn_siste_36(tellende_inntekt, dagpenger_fra, lang_periode):
    return siste_måneder(tellende_inntekt, dagpenger_fra, lang_periode)


@fd.beregning("FTRL § 4-4 første ledd bokstav a", "Inntekten i de siste 12 månedene", enhet="kr", kilde="minst")
def inntekt_siste_12(lønn_siste_12):
    return hele_øre(sum_av(lønn_siste_12))


@fd.beregning("FTRL § 4-4 første ledd bokstav b", "Inntekten i de siste 36 månedene", enhet="kr", kilde="minst")
def inntekt_siste_36(lønn_siste_36):
    return hele_øre(sum_av(lønn_siste_36))


@fd.beregning("FTRL § 4-4 første ledd bokstav a", "Minste inntekt i de siste 12 månedene", enhet="kr", kilde="minst, g",
              valg="Grunnbeløpet er det som var i bruk på regelverksdatoen")
def minsteinntekt_12(minste_g_kort, grunnbeløp_i_bruk):
    return minste_g_kort * grunnbeløp_i_bruk


@fd.beregning("FTRL § 4-4 første ledd bokstav b", "Minste inntekt i de siste 36 månedene", enhet="kr", kilde="minst, g")
def minsteinntekt_36(minste_g_lang, grunnbeløp_i_bruk):
    return minste_g_lang * grunnbeløp_i_bruk


@fd.beregning("FDF § ?", "Inntekten i 12 måneder om opptil to måneder uten rapport var som de andre", enhet="kr", kilde="navfd, valg",
              valg="En måned uten rapport kan være en rapport som mangler. Er det ingen rapport i perioden, er inntekten ikke kjent")
def mulig_inntekt_12(inntekt_siste_12, tellende_inntekt, dagpenger_fra, kort_periode, måneder_i_tvil):
    uten = måneder_uten(tellende_inntekt, dagpenger_fra, kort_periode)
    return inntekt_siste_12 + lavest(uten, måneder_i_tvil) * andel(inntekt_siste_12, kort_periode - uten)


@fd.beregning("FDF § ?", "Inntekten i 36 måneder om opptil to måneder uten rapport var som de andre", enhet="kr", kilde="navfd, valg")
def mulig_inntekt_36(inntekt_siste_36, tellende_inntekt, dagpenger_fra, lang_periode, måneder_i_tvil):
    uten = måneder_uten(tellende_inntekt, dagpenger_fra, lang_periode)
    return inntekt_siste_36 + lavest(uten, måneder_i_tvil) * andel(inntekt_siste_36, lang_periode - uten)


@fd.beregning("FTRL § 4-4", "Det arbeidsgiverne har meldt, er nok i 12 eller 36 måneder", enhet="ja/nei", kilde="minst",
              valg="Inntekt lik grensen er nok")
def meldt_inntekt_er_nok(inntekt_siste_12, inntekt_siste_36, minsteinntekt_12, minsteinntekt_36):
    return ett_av(inntekt_siste_12 >= minsteinntekt_12, inntekt_siste_36 >= minsteinntekt_36)


@fd.beregning("FDF § ?", "Inntekten er nok, eller kan være det: den er nær grensen, kan mangle måneder eller er ikke kjent", enhet="ja/nei",
              kilde="navfd",
              valg="Kilden sier automatisk avslag når vilkårene klart ikke er oppfylt, og manuell kontroll i tvil. Klart er mer enn 5 prosent "
                   "under begge grensene, også om to måneder mangler i registeret. Grensene er i hele øre")
def inntekten_kan_være_nok(mulig_inntekt_12, mulig_inntekt_36, minsteinntekt_12, minsteinntekt_36, klar_avstand):
    nok_12 = hele_øre(mulig_inntekt_12) >= hele_øre(minsteinntekt_12 * (1 - klar_avstand))
    nok_36 = hele_øre(mulig_inntekt_36) >= hele_øre(minsteinntekt_36 * (1 - klar_avstand))
    nok = ett_av(nok_12, nok_36)
    return ett_av(nok, ikke(kjent(nok)))


@fd.vilkår("FTRL § 4-4", "Har ikke klart for lav inntekt de siste 12 og 36 månedene", kilde="minst, navfd",
           valg="Lærlinger er unntatt etter forskrift nr. 368 § 2-6; at unntaket også gjelder forskudd er ikke funnet")
def inntekten_er_ikke_klart_for_lav(situasjon, inntekten_kan_være_nok):
    return ett_av(er(situasjon, "lærling"), inntekten_kan_være_nok)


@fd.vilkår("FTRL § 4-4", "Når det er tvil om inntekten: en saksbehandler har fastsatt en årsinntekt som er nok", kilde="navfd, valg",
           valg="I tvil fastsetter et menneske årsinntekten i de siste 12 månedene. Uten den går saken til manuell behandling")
def avklart_inntekt_er_nok(situasjon, meldt_inntekt_er_nok, inntekten_kan_være_nok, fastsatt_årsinntekt, minsteinntekt_12):
    uten_tvil = ett_av(er(situasjon, "lærling"), alle(kjent(meldt_inntekt_er_nok), meldt_inntekt_er_nok), ikke(inntekten_kan_være_nok))
    return ett_av(uten_tvil, fastsatt_årsinntekt >= minsteinntekt_12)


# Beregningen


@fd.beregning("FDF § ?", "Årsinntekten: de siste 12 månedene eller snittet av 36, det som er best", enhet="kr/år", kilde="velferd",
              valg="Måneder uten rapport teller som måneder uten lønn. Inntekten oppjusteres ikke til dagens grunnbeløp. Lærlinger regnes som "
                   "andre. Er det meldte ikke sikkert nok, brukes det en saksbehandler har fastsatt. Forskuddet gjøres opp mot dagpengene")
def årsinntekt(meldt_inntekt_er_nok, fastsatt_årsinntekt, inntekt_siste_12, inntekt_siste_36, kort_periode, lang_periode):
    beste = høyest(inntekt_siste_12, inntekt_siste_36 * kort_periode / lang_periode)
    sikkert_nok = alle(kjent(meldt_inntekt_er_nok), meldt_inntekt_er_nok)
    return hvis(sikkert_nok, første_kjente(beste, fastsatt_årsinntekt), første_kjente(fastsatt_årsinntekt, beste))


@fd.beregning("FDF § ?", "Grunnlaget er årsinntekten, opptil 6 G", enhet="kr/år", kilde="navfd",
              valg="Taket er satt på årsinntekten og ikke på hvert år for seg")
def grunnlag(årsinntekt, maks_antall_g, grunnbeløp_i_bruk):
    return lavest(årsinntekt, maks_antall_g * grunnbeløp_i_bruk)


@fd.beregning("FDF § ?", "Dagsatsen er 60 prosent av grunnlaget delt på 260", enhet="kr/dag", kilde="navfd, tekna",
              valg="Dagsatsen rundes til hele kroner, 50 øre oppover, som dagsatsen for dagpenger. Avrundingen av forskudd er ikke funnet")
def dagsats(grunnlag, sats, dager_i_året):
    return hele_kroner(grunnlag * sats / dager_i_året)


@fd.beregning("FDF § ?", "Andelen som betales: hele i 2020, etter tapt arbeidstid fra 2021", enhet="andel", kilde="velferd, navfd")
def betalt_andel(mottatt_dato, gradert_fra, ledighetsgrad):
    return hvis(senest(gradert_fra, mottatt_dato), ledighetsgrad, 1)


@fd.beregning("FDF § ?", "Forskudd for én måned før skatt", enhet="kr", kilde="navfd",
              valg="Beløpet rundes til hele kroner, 50 øre oppover")
def forskudd_før_skatt(dagsats, dager_i_måneden, betalt_andel):
    return hele_kroner(dagsats * dager_i_måneden * betalt_andel)


@fd.beregning("FDF § ?", "Skatt som holdes tilbake, 25 prosent", enhet="kr", kilde="navfd, oygarden",
              valg="Trekket rundes til hele kroner, 50 øre oppover. Det vises i brevet og i sporet, men er ingen betalingslinje: bare "
                   "nettobeløpet sendes. Hvordan NAV meldte trekket til Skatteetaten er ikke funnet, og må avklares før ordningen kan brukes")
def trukket_skatt(forskudd_før_skatt, skattetrekk):
    return hele_kroner(forskudd_før_skatt * skattetrekk)


@fd.beregning("FDF § ?", "Siste dag i måneden forskuddet gjelder", enhet="dato", kilde="navfd",
              valg="Måneden begynner den dagen søknaden om forskudd kom. Hvilken måned kilden mener er ikke funnet")
def siste_dag(mottatt_dato):
    return dager_etter(måneder_etter(mottatt_dato, 1), -1)


# Retten og beløpet


@fd.rett("FTRL § 25-16", "Har rett til forskudd på dagpenger", kilde="innst234, navfd")
def rett_til_forskudd(søkte_mens_ordningen_varte, har_søkt_om_dagpenger, dagpenger_er_ikke_avgjort, har_ventet_lenge_nok,
                      en_måned_siden_sist, levert_med_elektronisk_id, har_fylt_18, er_under_67, er_uten_arbeid, er_ikke_selvstendig,
                      frilanser_kan_søke, lærling_kan_søke, har_mistet_nok_arbeidstid, oppfyller_hovedvilkårene, melder_seg, inntekten_er_ikke_klart_for_lav,
                      avklart_inntekt_er_nok):
    søknaden = alle(søkte_mens_ordningen_varte, har_søkt_om_dagpenger, dagpenger_er_ikke_avgjort, har_ventet_lenge_nok, en_måned_siden_sist)
    personen = alle(har_fylt_18, er_under_67, er_uten_arbeid, er_ikke_selvstendig, frilanser_kan_søke, lærling_kan_søke)
    dagpenger = alle(har_mistet_nok_arbeidstid, oppfyller_hovedvilkårene, melder_seg)
    inntekten = alle(inntekten_er_ikke_klart_for_lav, avklart_inntekt_er_nok)
    return alle(søknaden, levert_med_elektronisk_id, personen, dagpenger, inntekten)


@fd.beløp("FDF § ?", "Til søkeren: forskuddet etter at skatten er trukket", til="soker", klasse="FORSKUDD", fom="mottatt_dato",
          tom="siste_dag", kilde="navfd")
def til_søkeren(forskudd_før_skatt, trukket_skatt):
    return forskudd_før_skatt - trukket_skatt
