"""Kompensasjonsytelse for selvstendig næringsdrivende og frilansere: a share of the income lost, up to 6 G, month by month."""

from kjerne.kontrakt import (
    Regelsett,
    alle,
    ansatt_som,
    antall_av,
    av_type,
    dager_etter,
    er,
    ett_av,
    etter,
    før,
    første_måned_av,
    hele_kroner,
    hele_måneder,
    hele_år,
    hvis,
    høyest,
    ikke,
    innenfor,
    lavest,
    med_beskrivelse,
    månedens_første,
    månedens_siste,
    måneder_uten,
    nøyaktig,
    senest,
    siste_måneder,
    siste_måneder_uten,
    sum_av,
    ukedager,
)

sn = Regelsett("selvstendig")

# Hvem har rett

@sn.vilkår("FRL § 1", "Har tapt inntekt på grunn av koronautbruddet", kilde="lov72, form")
def tap_på_grunn_av_korona(tap_av_korona):
    return tap_av_korona

@sn.vilkår("FRL § 1", "Har ikke en annen ytelse fra NAV som dekker det samme tapet", kilde="lov72, navsn, form", valg="Sosialhjelp, uføretrygd og alderspensjon er tillatt, og er ikke en ytelse som dekker tapet")
def ikke_dekket_av_annen_ytelse(dekket_av_annen_ytelse):
    return ikke(dekket_av_annen_ytelse)

@sn.vilkår("FRL § 1", "Var i gang som frilanser før 1. mars 2020, når det er søkt som frilanser", kilde="lov72, form")
def frilanser_før_mars_2020(søker_frilans, frilanser_fra, skjæringstidspunkt):
    return ett_av(ikke(søker_frilans), før(frilanser_fra, skjæringstidspunkt))

@sn.vilkår("FRL § 1", "Foretaket var registrert før 1. mars 2020, når det er søkt som næringsdrivende", kilde="lov72, navsn")
def foretak_før_mars_2020(søker_næring, foretak_registrert, skjæringstidspunkt):
    return ett_av(ikke(søker_næring), før(foretak_registrert, skjæringstidspunkt))

@sn.vilkår("FRL § 1", "Næringen hadde begynt å gi inntekt før 1. mars 2020, når det er søkt som næringsdrivende", kilde="lov72, ftb")
def næring_i_gang_før_mars_2020(søker_næring, næring_startet, skjæringstidspunkt):
    return ett_av(ikke(søker_næring), før(næring_startet, skjæringstidspunkt))

@sn.vilkår("FRL § 1", "Hadde aktivitet i Norge før 1. mars 2020, eller på Svalbard som medlem i folketrygden", kilde="lov72", valg="Søkeren svarer selv. Medlemmer på Svalbard etter folketrygdloven § 2-3 er med; hvordan NAV kontrollerte det, er ikke funnet")
def aktiv_i_norge_før_mars_2020(aktivitet_i_norge):
    return aktivitet_i_norge

@sn.vilkår("FRL § ?", "Foretaket er et enkeltpersonforetak, ANS eller DA, når det er søkt som næringsdrivende", kilde="navsn, form", valg="Kildene nevner bare disse tre formene. Den som eier et aksjeselskap, er ikke næringsdrivende der")
def foretaksformen_er_omfattet(søker_næring, foretaksform):
    return ett_av(ikke(søker_næring), ikke(er(foretaksform, "annen")))

@sn.vilkår("FRL § 2", "Har hatt minst 0,75 G i inntekten det er søkt for", kilde="lov72, ftb", valg="NAVs avslagskode var FOR_LAVT_BG. Loven sier «over 0,75 G»; NAV lot akkurat 0,75 G gi rett. Bare inntekt før 1. mars 2020 teller, og lønn teller ikke")
def har_nok_inntekt(søker_frilans, årlig_frilansinntekt, søker_næring, årlig_næringsinntekt, minst_antall_g, grunnbeløp_mars_2020):
    return nøyaktig(hvis(søker_frilans, årlig_frilansinntekt, 0) + hvis(søker_næring, årlig_næringsinntekt, 0)) >= minst_antall_g * grunnbeløp_mars_2020

@sn.vilkår("FRL § 2", "Har inntekt i registeret når det bare er søkt som frilanser", kilde="ftb", valg="NAVs avslagskode var SØKT_FL_INGEN_FL_INNTEKT, og INGEN_FRILANS_I_PERIODE_UTEN_YTELSE for den som bare hadde oppdrag i måneder som går ut på grunn av ytelse")
def har_frilansinntekt(søker_frilans, søker_næring, årlig_frilansinntekt):
    return ett_av(ikke(søker_frilans), søker_næring, årlig_frilansinntekt > 0)

@sn.vilkår("FRL § 2", "Er fylt 18 år i løpet av måneden", kilde="lov72, prop116")
def fylt_18_i_måneden(fødselsdato, periode_til, nedre_alder):
    return hele_år(fødselsdato, månedens_siste(periode_til)) >= nedre_alder

@sn.vilkår("FRL § 2", "Var ikke fylt 67 år før måneden begynte", kilde="lov72, prop116")
def ikke_67_før_måneden(fødselsdato, periode_til, øvre_alder):
    return hele_år(fødselsdato, dager_etter(månedens_første(periode_til), -1)) < øvre_alder

@sn.vilkår("FRL § 2", "Tapet begynte etter 12. mars 2020", kilde="lov72", valg="NAV skrev 14. mars. Et tap fra 13. mars gir den samme første dagen, fordi perioden begynner 30. mars")
def tapet_etter_12_mars(søker_frilans, frilanstap_fra, utbetalt_frilans_før, søker_næring, næringstap_fra, utbetalt_næring_før, siste_dag_før_ordningen):
    return alle(ett_av(ikke(søker_frilans), utbetalt_frilans_før > 0, etter(frilanstap_fra, siste_dag_før_ordningen)), ett_av(ikke(søker_næring), utbetalt_næring_før > 0, etter(næringstap_fra, siste_dag_før_ordningen)))

@sn.vilkår("FRL § 2 andre ledd", "Arbeidsinntekt og trygdeytelser er under 6 G i måneden, regnet om til år; næring eller frilans det ikke er søkt for, er arbeidsinntekt her", kilde="lov72, prop116, ftb", valg="NAVs avslagskode var AVKORTET_GRUNNET_ANNEN_INNTEKT. NAV brukte den også når frilans og lønn til sammen fylte 6 G og næringen derfor ikke fikk noe; her er det avslag fordi intet tap er igjen å dekke")
def annen_inntekt_under_6_g(annen_inntekt, søker_frilans, oppgitt_frilansinntekt, søker_næring, oppgitt_næringsinntekt, seks_g):
    return nøyaktig(annen_inntekt + hvis(søker_frilans, 0, oppgitt_frilansinntekt) + hvis(søker_næring, 0, oppgitt_næringsinntekt)) < seks_g

@sn.vilkår("FRL § ?", "Søker som frilanser, næringsdrivende eller begge deler", kilde="form")
def søker_for_noe(søker_frilans, søker_næring):
    return ett_av(søker_frilans, søker_næring)

@sn.vilkår("FRL § ?", "Perioden er en hel kalendermåned fra april 2020 til mars 2022", kilde="form, ftb", valg="Ordningen ble først åpnet for oktober 2021 i november 2021; måneden er med")
def hel_søknadsperiode(periode_til, gjelder_fra, gjelder_til):
    return alle(periode_til == månedens_siste(periode_til), etter(periode_til, månedens_siste(gjelder_fra)), senest(periode_til, gjelder_til))

@sn.vilkår("FRL § ?", "Tapet begynte senest 16 dager før perioden var slutt", kilde="form", valg="Er det søkt for begge deler, må begge ha begynt i tide; skjemaet slapp ikke gjennom den som ikke hadde det")
def tapet_begynte_i_tide(søker_frilans, første_dag_frilans, søker_næring, første_dag_næring, periode_til):
    return alle(ett_av(ikke(søker_frilans), senest(første_dag_frilans, periode_til)), ett_av(ikke(søker_næring), senest(første_dag_næring, periode_til)))

@sn.vilkår("FRL § ?", "Søkte etter at perioden var slutt, og innen fristen", kilde="form, navsn")
def søkt_i_tide(mottatt_dato, periode_til, søknadsfrist):
    return innenfor(mottatt_dato, dager_etter(periode_til, 1), søknadsfrist)

@sn.vilkår("FRL § ?", "Har ikke fått ytelsen for den samme perioden før", kilde="form")
def første_gang_for_perioden(fått_for_perioden):
    return ikke(fått_for_perioden)

@sn.vilkår("FRL § ?", "Har et tap som gir penger", kilde="ftb, form", valg="NAVs avslagskode var AVKORTET_GRUNNET_LØPENDE_INNTEKT. Også den som bare har lørdag og søndag igjen av perioden, får avslag her")
def har_tap_som_dekkes(til_frilanseren, til_den_næringsdrivende):
    return til_frilanseren + til_den_næringsdrivende > 0

# Dagene, månedene i A-ordningen og grunnlaget i kroner per år

@sn.beregning("FRL § ?", "Perioden er kalendermåneden; i april 2020 er 30. og 31. mars med", enhet="dato", kilde="ftb")
def periodens_første_dag(periode_til, dager_fra_forrige_måned):
    return dager_etter(månedens_første(periode_til), -dager_fra_forrige_måned)

@sn.beregning("FRL § ?", "Frilanseren bærer de første 16 kalenderdagene selv, én gang", enhet="dato", kilde="navsn, form, vaaler", valg="Én gang for frilans og én gang for næring: skjemaet spør hver for seg om det er utbetalt før. Er en senere måned innvilget først, regnes dagene fra datoen tapet begynte")
def første_dag_frilans(utbetalt_frilans_før, siste_innvilgede_periode, periode_til, frilanstap_fra, egenandelsdager, periodens_første_dag):
    båret = alle(utbetalt_frilans_før > 0, før(siste_innvilgede_periode, periode_til))
    return hvis(båret, periodens_første_dag, høyest(dager_etter(frilanstap_fra, egenandelsdager), periodens_første_dag))

@sn.beregning("FRL § ?", "Den næringsdrivende bærer de første 16 kalenderdagene selv, én gang", enhet="dato", kilde="navsn, form, vaaler")
def første_dag_næring(utbetalt_næring_før, siste_innvilgede_periode, periode_til, næringstap_fra, egenandelsdager, periodens_første_dag):
    båret = alle(utbetalt_næring_før > 0, før(siste_innvilgede_periode, periode_til))
    return hvis(båret, periodens_første_dag, høyest(dager_etter(næringstap_fra, egenandelsdager), periodens_første_dag))

@sn.beregning("FRL § ?", "Første dag som det er søkt for; oppgitte inntekter som det ikke er søkt for, gjelder fra denne dagen", enhet="dato", kilde="form, ftb")
def første_dag(søker_frilans, første_dag_frilans, søker_næring, første_dag_næring):
    return hvis(søker_frilans, hvis(søker_næring, lavest(første_dag_frilans, første_dag_næring), første_dag_frilans), første_dag_næring)

@sn.beregning("FRL § ?", "Dagen da begge tap løper; perioden deles her når frilans og næring falt bort på ulike dager", enhet="dato", kilde="ftb")
def deles_fra(søker_frilans, første_dag_frilans, søker_næring, første_dag_næring, første_dag):
    return hvis(alle(søker_frilans, søker_næring), høyest(første_dag_frilans, første_dag_næring), første_dag)

@sn.beregning("FRL § ?", "Mandag til fredag i del 1, før begge tap løper", enhet="dager", kilde="ftb")
def dager_1(første_dag, deles_fra):
    return ukedager(første_dag, dager_etter(deles_fra, -1))

@sn.beregning("FRL § ?", "Mandag til fredag i del 2, som er hele perioden når den ikke er delt", enhet="dager", kilde="ftb", valg="Det betales for mandag til fredag, også helligdager, fordi året regnes som 260 dager. Utbetalingen er ikke funnet i kildene")
def dager_2(deles_fra, periode_til):
    return ukedager(deles_fra, periode_til)

@sn.beregning("FRL § ?", "Frilanstapet begynte før næringstapet", enhet="ja/nei", kilde="ftb")
def frilans_først(søker_frilans, første_dag_frilans, søker_næring, første_dag_næring):
    return alle(søker_frilans, søker_næring, før(første_dag_frilans, første_dag_næring))

@sn.beregning("FRL § 3", "Grunnlaget bygger på månedene før denne datoen", enhet="dato", kilde="lov72, ftb")
def grunnlagsdato(skjæringstidspunkt):
    return skjæringstidspunkt

@sn.samling("FRL § 3", "Ytelser fra det offentlige", kilde="ftb", valg="NAV så hvilke måneder vedtakene om ytelser dekket. Her er det månedene ytelsen er rapportert utbetalt i")
def ytelser(inntekter, ytelsestyper):
    return av_type(inntekter, ytelsestyper)

@sn.samling("FRL § 3", "Honorar og lønn som frilanser eller oppdragstaker", kilde="lov72, ftb", valg="En rad fra en virksomhet der personen er både ansatt og oppdragstaker, vet ingen hvor hører hjemme: saken går til et menneske")
def frilansinntekter(inntekter, lønnstyper, frilanstyper):
    return ansatt_som(av_type(inntekter, lønnstyper), frilanstyper)

@sn.samling("FRL § 3", "Lønn som arbeidstaker", kilde="lov72, ftb")
def arbeidsinntekter(inntekter, lønnstyper, arbeidstakertyper):
    return ansatt_som(av_type(inntekter, lønnstyper), arbeidstakertyper)

@sn.beregning("FRL § 3", "Måneder uten ytelse de siste tolv før mars 2020", enhet="måneder", kilde="ftb")
def måneder_uten_ytelse(ytelser, skjæringstidspunkt):
    return måneder_uten(ytelser, skjæringstidspunkt, 12)

@sn.beregning("FRL § 3", "Måneder i snittet: de uten ytelse av de siste tolv, eller de seks siste uten ytelse på tre år når det er færre enn seks", enhet="måneder", kilde="ftb", valg="0 når ingen måned er igjen, eller bare måneder i 2017 og det var dagpenger eller AAP i februar 2020")
def grunnlagsmåneder(ytelser, dagpenger_og_aap, måneder_uten_ytelse, minst_måneder, måneder_bakover, måneder_siden_2017, skjæringstidspunkt):
    i_februar = antall_av(siste_måneder(med_beskrivelse(ytelser, dagpenger_og_aap), skjæringstidspunkt, 1)) > 0
    bare_2017 = alle(måneder_uten(ytelser, skjæringstidspunkt, måneder_siden_2017) == 0, i_februar)
    eldre = hvis(bare_2017, 0, lavest(minst_måneder, måneder_uten(ytelser, skjæringstidspunkt, måneder_bakover)))
    return hvis(måneder_uten_ytelse >= minst_måneder, måneder_uten_ytelse, eldre)

@sn.beregning("FRL § 3", "Er ny frilanser: oppdrag fra mars 2019 til februar 2020, og ingen fra januar 2018 til februar 2019", enhet="ja/nei", kilde="lov72, ftb")
def ny_frilanser(frilansinntekter, skjæringstidspunkt, måneder_siden_2017):
    siste_år = antall_av(siste_måneder(frilansinntekter, skjæringstidspunkt, 12))
    return alle(siste_år > 0, antall_av(siste_måneder(frilansinntekter, skjæringstidspunkt, måneder_siden_2017)) == siste_år)

@sn.beregning("FRL § 3", "Måneder i snittet for frilans; for en ny frilanser regnes de fra den første måneden med oppdrag", enhet="måneder", kilde="ftb")
def frilansmåneder(ny_frilanser, frilansinntekter, ytelser, skjæringstidspunkt, måneder_uten_ytelse, grunnlagsmåneder):
    siden_start = hele_måneder(første_måned_av(siste_måneder(frilansinntekter, skjæringstidspunkt, 12)), skjæringstidspunkt)
    ny = hvis(måneder_uten_ytelse == 0, siden_start, måneder_uten(ytelser, skjæringstidspunkt, siden_start))
    return hvis(ny_frilanser, ny, hvis(grunnlagsmåneder == 0, 12, grunnlagsmåneder))

@sn.samling("FRL § 3", "Frilansinntekt i de månedene i snittet som ikke har ytelse", kilde="ftb")
def frilans_uten_ytelse(frilansinntekter, skjæringstidspunkt, frilansmåneder, måneder_bakover, ytelser):
    return siste_måneder_uten(frilansinntekter, skjæringstidspunkt, frilansmåneder, måneder_bakover, ytelser)

@sn.beregning("FRL § 3", "Frilansinntekten er snittet av månedene ganger tolv", enhet="kr/år", kilde="lov72, ftb", valg="Har alle månedene ytelse, regnes de likevel med. En sum under null regnes som null. Måneder uten oppdrag teller med i snittet. Står inntekten på flere fødselsnumre, fastsetter en saksbehandler den")
def årlig_frilansinntekt(inntekt_på_ett_nummer, fastsatt_frilansinntekt, ny_frilanser, måneder_uten_ytelse, grunnlagsmåneder, frilansinntekter, frilans_uten_ytelse, skjæringstidspunkt, frilansmåneder):
    ingen_uten_ytelse = hvis(ny_frilanser, måneder_uten_ytelse == 0, grunnlagsmåneder == 0)
    alle_måneder = sum_av(siste_måneder(frilansinntekter, skjæringstidspunkt, frilansmåneder))
    inntekt = høyest(0, nøyaktig(hvis(ingen_uten_ytelse, alle_måneder, sum_av(frilans_uten_ytelse))))
    return hvis(inntekt_på_ett_nummer, hvis(frilansmåneder == 0, 0, inntekt / frilansmåneder * 12), fastsatt_frilansinntekt)

@sn.beregning("FRL § 3", "Lønnen er snittet av de samme månedene ganger tolv, eller februar 2020 når ingen måned er igjen", enhet="kr/år", kilde="ftb", valg="NAV brukte måneden perioden begynner i når ingen måned var igjen; her er det alltid februar 2020")
def årlig_arbeidsinntekt(inntekt_på_ett_nummer, fastsatt_arbeidsinntekt, arbeidsinntekter, ytelser, skjæringstidspunkt, grunnlagsmåneder, måneder_bakover):
    uten_ytelse = siste_måneder_uten(arbeidsinntekter, skjæringstidspunkt, grunnlagsmåneder, måneder_bakover, ytelser)
    snitt = hvis(grunnlagsmåneder == 0, sum_av(siste_måneder(arbeidsinntekter, skjæringstidspunkt, 1)), sum_av(uten_ytelse) / grunnlagsmåneder)
    return hvis(inntekt_på_ett_nummer, snitt * 12, fastsatt_arbeidsinntekt)

@sn.beregning("FRL § 3", "Dager i året næringen har gitt inntekt", enhet="dager", kilde="lov72, ftb", valg="NAV regner med begge ytterdagene, 1. januar og 1. mars 2020. Startet den lørdag 29. februar 2020, er det to dager")
def næringsdager(næring_startet, næringsåret_slutter, skjæringstidspunkt, dager_når_bare_helg):
    dager = ukedager(næring_startet, hvis(før(næring_startet, næringsåret_slutter), næringsåret_slutter, skjæringstidspunkt))
    return hvis(dager == 0, dager_når_bare_helg, dager)

@sn.beregning("FRL § 3", "Næringsinntekten er den i 2019, regnet om til år når næringen startet etter 1. januar 2019, og den i 2020 når den startet da", enhet="kr/år", kilde="lov72, ftb")
def årlig_næringsinntekt(næring_startet, næringsåret_begynner, næringsåret_slutter, næringsinntekt_2019, næringsinntekt_2020, næringsdager, dager_i_året):
    inntekt = hvis(før(næring_startet, næringsåret_slutter), næringsinntekt_2019, næringsinntekt_2020)
    return hvis(senest(næring_startet, næringsåret_begynner), inntekt, inntekt / næringsdager * dager_i_året)

@sn.beregning("FRL § 3", "Oppgitt frilansinntekt i perioden, regnet om til år", enhet="kr/år", kilde="ftb")
def oppgitt_frilansinntekt(søker_frilans, første_dag_frilans, første_dag, periode_til, inntekt_frilans, dager_i_året):
    dager = ukedager(hvis(søker_frilans, første_dag_frilans, første_dag), periode_til)
    return hvis(dager == 0, 0, inntekt_frilans / dager * dager_i_året)

@sn.beregning("FRL § 3", "Oppgitt næringsinntekt i perioden, regnet om til år", enhet="kr/år", kilde="ftb")
def oppgitt_næringsinntekt(søker_næring, første_dag_næring, første_dag, periode_til, inntekt_næring, dager_i_året):
    dager = ukedager(hvis(søker_næring, første_dag_næring, første_dag), periode_til)
    return hvis(dager == 0, 0, inntekt_næring / dager * dager_i_året)

@sn.beregning("FRL § 3", "Dagpenger og AAP i perioden etter meldekortene, regnet om til år", enhet="kr/år", kilde="ftb", valg="NAVs skjema ba om lønn og ytelser fra NAV i ett tall, og da ville dagpenger og AAP blitt trukket fra to ganger. Her holdes de utenfor det oppgitte og regnes bare av meldekortene. NAV regnet meldekortene bare for den som ikke hadde noen måned uten ytelse før mars 2020")
def dagpenger_og_aap_per_år(dagpengedager, dagpengesats, dagpengefaktor, aapdager, aapsats, aapfaktor, første_dag, periode_til, dager_i_året):
    meldekort = hvis(dagpengedager == 0, 0, dagpengedager * dagpengesats * dagpengefaktor) + hvis(aapdager == 0, 0, aapdager * aapsats * aapfaktor)
    dager = ukedager(første_dag, periode_til)
    return hvis(dager == 0, 0, meldekort / dager * dager_i_året)

@sn.beregning("FRL § 3 tredje ledd", "Annen inntekt: lønnen i registeret, eller den oppgitte når den er høyere, og dagpenger og AAP", enhet="kr/år", kilde="ftb")
def annen_inntekt(årlig_arbeidsinntekt, inntekt_arbeid, første_dag, periode_til, dagpenger_og_aap_per_år, dager_i_året):
    dager = ukedager(første_dag, periode_til)
    return høyest(årlig_arbeidsinntekt, hvis(dager == 0, 0, inntekt_arbeid / dager * dager_i_året)) + dagpenger_og_aap_per_år

@sn.beregning("FRL § 3", "Grunnlaget som frilanser: registeret, eller oppgitt inntekt når den er høyere og registeret har noe; bare oppgitt når det ikke er søkt", enhet="kr/år", kilde="ftb, prop116")
def frilansgrunnlag(søker_frilans, årlig_frilansinntekt, oppgitt_frilansinntekt):
    return hvis(søker_frilans, hvis(årlig_frilansinntekt > 0, høyest(årlig_frilansinntekt, oppgitt_frilansinntekt), 0), oppgitt_frilansinntekt)

@sn.beregning("FRL § 3", "Grunnlaget som næringsdrivende: inntekten i 2019 eller 2020, eller oppgitt inntekt når den er høyere; bare oppgitt når det ikke er søkt", enhet="kr/år", kilde="ftb, prop116")
def næringsgrunnlag(søker_næring, årlig_næringsinntekt, oppgitt_næringsinntekt):
    return hvis(søker_næring, høyest(årlig_næringsinntekt, oppgitt_næringsinntekt), oppgitt_næringsinntekt)

# Tapet, taket, dagsatsene, retten og beløpene

@sn.beregning("FRL § ?", "Løpende frilansinntekt: det av grunnlaget som ikke har falt bort", enhet="kr/år", kilde="ftb", valg="Graden NAV brukte er ikke funnet. Bortfallet er grunnlaget minus oppgitt inntekt i perioden, aldri under null")
def løpende_frilans(frilansgrunnlag, oppgitt_frilansinntekt):
    return lavest(frilansgrunnlag, oppgitt_frilansinntekt)

@sn.beregning("FRL § ?", "Løpende næringsinntekt: det av grunnlaget som ikke har falt bort", enhet="kr/år", kilde="ftb", valg="Som for frilans")
def løpende_næring(næringsgrunnlag, oppgitt_næringsinntekt):
    return lavest(næringsgrunnlag, oppgitt_næringsinntekt)

@sn.beregning("FRL § ?", "Inntekten regnes opp til 6 G, med grunnbeløpet i mars 2020 gjennom hele ordningen", enhet="kr/år", kilde="ftb, navsn")
def seks_g(maks_antall_g, grunnbeløp_mars_2020):
    return maks_antall_g * grunnbeløp_mars_2020

@sn.beregning("FRL § ?", "Tapet som dekkes i del 1: det ene tapet, opp til det som er igjen av 6 G når den andre inntekten løper fullt", enhet="kr/år", kilde="ftb", valg="Inntekten som ennå ikke har falt bort, regnes som inntekten før mars 2020. De 0,75 G prøves for hele søknadsperioden, ikke for hver del: NAV lot alle delene gi penger når vilkåret var oppfylt i én av dem")
def grense_1(frilans_først, frilansgrunnlag, løpende_frilans, årlig_frilansinntekt, næringsgrunnlag, løpende_næring, årlig_næringsinntekt, annen_inntekt, seks_g, dager_1):
    bortfall = hvis(frilans_først, frilansgrunnlag - løpende_frilans, næringsgrunnlag - løpende_næring)
    løpende = annen_inntekt + hvis(frilans_først, løpende_frilans + årlig_næringsinntekt, årlig_frilansinntekt + løpende_næring)
    return hvis(dager_1 > 0, høyest(0, lavest(seks_g, bortfall + løpende) - løpende), 0)

@sn.beregning("FRL § ?", "Løpende inntekt over 6 G i del 1 flyttes til del 2 etter antall virkedager", enhet="kr/år", kilde="ftb", valg="Del 1 slutter aldri med en måned, bortsett fra 31. mars 2020, som NAV ikke regnet som en månedsslutt")
def overført(frilans_først, løpende_frilans, løpende_næring, årlig_frilansinntekt, annen_inntekt, seks_g, dager_1, dager_2):
    løpende = hvis(frilans_først, løpende_frilans, løpende_næring)
    igjen = seks_g - annen_inntekt - hvis(frilans_først, 0, årlig_frilansinntekt)
    over = lavest(løpende, høyest(0, løpende - igjen)) * dager_1 / dager_2
    return hvis(alle(dager_1 > 0, dager_2 > 0), over, 0)

@sn.beregning("FRL § ?", "Tapet som dekkes i del 2: begge tap, opp til det som er igjen av 6 G når annen og løpende inntekt er trukket fra", enhet="kr/år", kilde="ftb")
def grense_2(frilansgrunnlag, næringsgrunnlag, annen_inntekt, løpende_frilans, løpende_næring, seks_g, overført):
    return høyest(0, lavest(seks_g - overført, frilansgrunnlag + næringsgrunnlag + annen_inntekt) - annen_inntekt - løpende_frilans - løpende_næring)

@sn.beregning("FRL § ?", "Dagsatsen i del 1: dekningsgraden av tapet, delt på 260", enhet="kr/dag", kilde="ftb, prop116, regn60")
def dagsats_1(grense_1, dekningsgrad, dager_i_året):
    return hele_kroner(grense_1 * dekningsgrad / dager_i_året)

@sn.beregning("FRL § ?", "Dagsatsen som frilanser i del 2: frilanstapet dekkes først, med dekningsgraden delt på 260", enhet="kr/dag", kilde="ftb, prop116, regn60")
def dagsats_frilans(frilansgrunnlag, løpende_frilans, grense_2, dekningsgrad, dager_i_året):
    return hele_kroner(lavest(frilansgrunnlag - løpende_frilans, grense_2) * dekningsgrad / dager_i_året)

@sn.beregning("FRL § ?", "Dagsatsen som næringsdrivende i del 2: resten etter frilanstapet, med dekningsgraden delt på 260", enhet="kr/dag", kilde="ftb, prop116, regn60")
def dagsats_næring(frilansgrunnlag, løpende_frilans, grense_2, dekningsgrad, dager_i_året):
    return hele_kroner(høyest(0, grense_2 - (frilansgrunnlag - løpende_frilans)) * dekningsgrad / dager_i_året)

@sn.rett("FRL § 1", "Har rett til kompensasjonsytelse", kilde="lov72")
def rett_til_kompensasjon(tap_på_grunn_av_korona, ikke_dekket_av_annen_ytelse, frilanser_før_mars_2020, foretak_før_mars_2020, næring_i_gang_før_mars_2020, aktiv_i_norge_før_mars_2020, foretaksformen_er_omfattet, har_nok_inntekt, har_frilansinntekt, fylt_18_i_måneden, ikke_67_før_måneden, tapet_etter_12_mars, annen_inntekt_under_6_g, søker_for_noe, hel_søknadsperiode, tapet_begynte_i_tide, søkt_i_tide, første_gang_for_perioden, har_tap_som_dekkes):
    søkeren = alle(frilanser_før_mars_2020, foretak_før_mars_2020, næring_i_gang_før_mars_2020, aktiv_i_norge_før_mars_2020, foretaksformen_er_omfattet, har_nok_inntekt, har_frilansinntekt, fylt_18_i_måneden, ikke_67_før_måneden)
    tapet = alle(tap_på_grunn_av_korona, ikke_dekket_av_annen_ytelse, tapet_etter_12_mars, tapet_begynte_i_tide, annen_inntekt_under_6_g, har_tap_som_dekkes)
    return alle(søkeren, tapet, søker_for_noe, hel_søknadsperiode, søkt_i_tide, første_gang_for_perioden)

@sn.beløp("FRL § ?", "Til frilanseren: dagsatsen for hver dag mandag til fredag", til="frilanser", klasse="FRISINN-FRILANS", fom="første_dag_frilans", tom="periode_til", kilde="ftb, fptilb", valg="Linjen er før skatt. NAV trakk skatt av denne klassen etter skattekortet, men ikke av FRISINN-SELVST-OP. Skattekortet er ikke blant opplysningene her, så trekket må gjøres av den som betaler ut, og må avklares før ordningen kan brukes")
def til_frilanseren(dagsats_frilans, dager_2, dagsats_1, dager_1, frilans_først):
    return dagsats_frilans * dager_2 + hvis(frilans_først, dagsats_1 * dager_1, 0)

@sn.beløp("FRL § ?", "Til den næringsdrivende: dagsatsen for hver dag mandag til fredag", til="naeringsdrivende", klasse="FRISINN-SELVST-OP", fom="første_dag_næring", tom="periode_til", kilde="ftb, fptilb")
def til_den_næringsdrivende(dagsats_næring, dager_2, dagsats_1, dager_1, frilans_først):
    return dagsats_næring * dager_2 + hvis(frilans_først, 0, dagsats_1 * dager_1)
