"""Lønnskompensasjon ved permittering: two days from the employer, then up to 18 days from the state, up to 6 G."""

from kjerne.kontrakt import (
    Regelsett,
    alle,
    andel,
    er,
    etter_arbeidsdager,
    før,
    hele_kroner,
    hele_måneder,
    hele_opp,
    hos_arbeidsgiver,
    hvis,
    høyest,
    ikke,
    lavest,
    med_beskrivelse,
    senest,
    siste_måneder,
    snitt_av,
    ukedag_nummer,
    ukedager,
)

lk = Regelsett("lonnskompensasjon")

# Hvem har rett


@lk.vilkår("LKF § 3", "Arbeidsgiveren har plikt til å betale permitteringslønn", kilde="leder, parat, nito",
           valg="Medlemskap i folketrygden, vilkårene i folketrygdloven § 4-7, minsteinntekt og melding som arbeidssøker kreves ikke. Studenter, "
                "deltidsansatte og de som er over 67 år, er med, og permitteringen kan være så liten den vil")
def har_rett_til_permitteringslønn(rett_til_permitteringslønn):
    return rett_til_permitteringslønn


@lk.vilkår("LKF § 3", "Er permittert helt eller delvis", kilde="leder, parat")
def er_permittert(permitteringsgrad):
    return permitteringsgrad > 0


@lk.vilkår("PLL § 3 b", "Permitteringen begynte senest 31. august 2020", kilde="lov153, naven",
           valg="Datoen i permitteringsvarselet gjelder, også for den som var syk i varselperioden. En permittering som løp 20. mars 2020, er med; "
                "har den vart for lenge, er det ingen dager igjen")
def permittert_før_september(permittert_fra, gjelder_til):
    return senest(permittert_fra, gjelder_til)


@lk.vilkår("LKF § ?", "Arbeidsgiveren betaler ikke lønn i ti dager for den samme permitteringen", kilde="naven")
def ikke_ti_dagers_lønnsplikt(ti_dagers_lønnsplikt):
    return ikke(ti_dagers_lønnsplikt)


@lk.vilkår("LKF § ?", "Er ikke permittert etter ordningen for fiskeindustrien", kilde="fagforening")
def ikke_fiskeindustriordning(fiskeindustriordning):
    return ikke(fiskeindustriordning)


@lk.vilkår("LKF § ?", "Er ikke helt sykmeldt i hele perioden", kilde="fagforening, parat",
           valg="Kilden sier at det ikke gis kompensasjon mens en er helt sykmeldt. Den som er syk i en del av perioden, får trukket fra de dagene")
def ikke_helt_sykmeldt(helt_sykmeldt):
    return ikke(helt_sykmeldt)


@lk.vilkår("LKF § ?", "Har ikke fått lønnskompensasjon fra samme arbeidsgiver før", kilde="fagforening")
def første_gang_hos_arbeidsgiveren(fått_før):
    return ikke(fått_før)


@lk.vilkår("LKF § ?", "Meldte kravet innen fristen", kilde="navlk",
           valg="NAVs løsning tok imot krav fra arbeidsgiveren først når permitteringen hadde vart i 20 dager. Et krav som kommer før, blir ikke "
                "avslått her; at dagene er gått, må ses i kontrollen før utbetaling")
def meldt_innen_fristen(mottatt_dato, søknadsfrist):
    return senest(mottatt_dato, søknadsfrist)


@lk.vilkår("LKF § ?", "Har dager med permittering som staten skal betale", kilde="nbf, parat, agp")
def har_dager_igjen(dager_å_betale):
    return dager_å_betale > 0


# Dagene


@lk.beregning("PLL § 3 b", "Arbeidsgiveren betaler to hele dager (ti fra 1. september 2020), lenger når permitteringen er delvis", enhet="dager", kilde="parat, nbf, lov153",
              valg="Dager hos arbeidsgiveren rundes opp til hele dager (50 % gir 4, 40 % gir 5). Avrundingen ved andre grader er ikke funnet")
def arbeidsgiverdager(dager_hos_arbeidsgiver, permitteringsgrad):
    return hele_opp(andel(dager_hos_arbeidsgiver, permitteringsgrad))


@lk.beregning("LKF § ?", "Ukedager som var gått av permitteringen før ordningen begynte", enhet="dager", kilde="revis, agp")
def dager_før_ordningen(permittert_fra, gamle_regler_til):
    return ukedager(permittert_fra, gamle_regler_til)


@lk.beregning("LKF § ?", "Staten betaler 18 dager, færre når arbeidsgiveren har betalt mer enn sine dager før 20. mars", enhet="dager",
              kilde="nito, nbf, parat, revis", valg="Ved delvis permittering varer perioden 18 ukedager fra den dagen arbeidsgiverens dager er ute")
def statens_dager(dager_fra_staten, dager_før_ordningen, arbeidsgiverdager):
    return høyest(0, dager_fra_staten - høyest(0, dager_før_ordningen - arbeidsgiverdager))


@lk.beregning("LKF § ?", "Første dag fra staten: ukedagen etter arbeidsgiverens dager, tidligst 20. mars", enhet="dato", kilde="nbf, agp",
              valg="Arbeidsgiverens dager regnes mandag til fredag uten helligdager; den enkeltes turnus er ikke kjent")
def første_dag(permittert_fra, arbeidsgiverdager, gjelder_fra):
    return høyest(etter_arbeidsdager(permittert_fra, arbeidsgiverdager), gjelder_fra)


@lk.beregning("LKF § ?", "Siste dag fra staten: dagene er mandag til fredag, helligdager regnes med", enhet="dato", kilde="nito, nbf, parat")
def siste_dag(første_dag, statens_dager, permittert_til):
    return lavest(ukedag_nummer(første_dag, statens_dager), permittert_til)


@lk.beregning("LKF § ?", "Dager i perioden uten sykepenger, omsorgspenger og arbeid for arbeidsgiveren", enhet="dager", kilde="parat, dinbedrift")
def dager_å_betale(første_dag, siste_dag, sykepengedager, arbeidsdager):
    return høyest(0, ukedager(første_dag, siste_dag) - sykepengedager - arbeidsdager)


# Lønnen


@lk.beregning("LKF § ?", "Hele måneder i arbeid hos arbeidsgiveren før permitteringen", enhet="måneder", kilde="dagpersp",
              valg="Det er kalendermåneder som regnes; kilden sier «to måneder» og «under en måned»")
def måneder_ansatt(ansatt_fra, permittert_fra):
    return hele_måneder(ansatt_fra, permittert_fra)


@lk.beregning("LKF § ?", "Lønnen regnes av tre måneder, eller av de hele månedene som finnes", enhet="måneder", kilde="dagpersp")
def måneder_som_regnes(måneder_ansatt, måneder_i_snitt):
    return lavest(måneder_ansatt, måneder_i_snitt)


@lk.samling("LKF § ?", "Lønn hos arbeidsgiveren i de siste månedene før permitteringen", kilde="dagpersp")
def tellende_lønn(inntekter, arbeidsgiver, lønnsarter, permittert_fra, måneder_som_regnes):
    hos = hos_arbeidsgiver(med_beskrivelse(inntekter, lønnsarter), arbeidsgiver)
    return siste_måneder(hos, permittert_fra, måneder_som_regnes)


@lk.beregning("LKF § ?", "Månedslønnen er snittet av månedene, eller den oppgitte lønnen for den som har arbeidet under en måned",
              enhet="kr/md", kilde="dagpersp")
def månedslønn(måneder_ansatt, oppgitt_månedslønn, tellende_lønn, måneder_som_regnes):
    return hvis(måneder_ansatt < 1, oppgitt_månedslønn, snitt_av(tellende_lønn, måneder_som_regnes))


@lk.beregning("LKF § ?", "Arbeidsgiveren melder lønn per dag fra 9. juni 2020", enhet="ja/nei", kilde="dinbedrift, navlk")
def dagslønn_er_meldt(meldt_av, mottatt_dato, dagslønn_meldes_fra):
    return alle(er(meldt_av, "arbeidsgiver"), senest(dagslønn_meldes_fra, mottatt_dato))


@lk.beregning("LKF § ?", "Dagslønnen er den arbeidsgiveren har meldt, ellers 4,615 prosent av månedslønnen", enhet="kr/dag", kilde="dagpersp, dinbedrift")
def dagslønn(dagslønn_er_meldt, lønn_per_dag, månedslønn, dagsatsfaktor):
    return hvis(dagslønn_er_meldt, lønn_per_dag, månedslønn * dagsatsfaktor)


@lk.beregning("LKF § ?", "Dagsatsen er dagslønnen, opptil 6 G delt på 260", enhet="kr/dag", kilde="skatt, nito",
              valg="Dagsatsen rundes til hele kroner, 50 øre oppover (publisert høyeste sats er 2 304). Grunnbeløpet er 99 858, som alle kilder "
                   "fra 2020 bruker")
def dagsats(dagslønn, maks_antall_g, grunnbeløp_i_bruk, dager_i_året):
    return hele_kroner(lavest(dagslønn, maks_antall_g * grunnbeløp_i_bruk / dager_i_året))


@lk.beregning("LKF § ?", "Beløpet per dag er dagsatsen ganger permitteringsgraden", enhet="kr/dag", kilde="nito, agp",
              valg="Beløpet per dag rundes til hele kroner, 50 øre oppover")
def dagbeløp(dagsats, permitteringsgrad):
    return hele_kroner(dagsats * permitteringsgrad)


# Retten og beløpene


@lk.rett("LKF § 3", "Har rett til lønnskompensasjon", kilde="leder, parat")
def rett_til_lønnskompensasjon(har_rett_til_permitteringslønn, er_permittert, permittert_før_september, ikke_ti_dagers_lønnsplikt,
                               ikke_fiskeindustriordning, ikke_helt_sykmeldt, første_gang_hos_arbeidsgiveren, meldt_innen_fristen,
                               har_dager_igjen):
    krav = alle(har_rett_til_permitteringslønn, er_permittert, permittert_før_september, meldt_innen_fristen, har_dager_igjen)
    return alle(krav, ikke_ti_dagers_lønnsplikt, ikke_fiskeindustriordning, ikke_helt_sykmeldt, første_gang_hos_arbeidsgiveren)


@lk.beregning("LKR § ?", "Dager arbeidsgiveren har forskuttert lønn for i permitteringer som begynte før 20. april", enhet="dager", kilde="skatt, agp")
def forskutterte_dager_som_teller(permittert_fra, refusjon_før, forskutterte_dager, dager_å_betale):
    return hvis(før(permittert_fra, refusjon_før), lavest(forskutterte_dager, dager_å_betale), 0)


@lk.beløp("LKF § ?", "Til den permitterte: beløpet per dag for dagene som ikke er forskuttert", til="soker", klasse="LONNSKOMP",
          fom="første_dag", tom="siste_dag", kilde="skatt, agp",
          valg="Den som er permittert fra 20. april eller senere får alle dagene selv, også når arbeidsgiveren har forskuttert. Linjen er før skatt: NAV "
               "trakk skatt før utbetaling, men skattekortet er ikke blant opplysningene her, og det må avklares før ordningen kan brukes. De 18 "
               "dagene gir ikke feriepenger")
def til_den_permitterte(dagbeløp, dager_å_betale, forskutterte_dager_som_teller):
    return dagbeløp * (dager_å_betale - forskutterte_dager_som_teller)


@lk.beløp("LKR § ?", "Refusjon til arbeidsgiveren for dagene som er forskuttert, når den er krevd i tide", til="arbeidsgiver",
          klasse="LONNSKOMPREF", fom="første_dag", tom="siste_dag", kilde="skatt, agp",
          valg="Lønn for mer enn to dager som er betalt før 20. mars, blir ikke refundert: dagene fra staten begynner tidligst 20. mars. Det er ikke "
               "arbeidsgiveravgift av refundert lønn; det gjør arbeidsgiveren opp i a-meldingen")
def refusjon_til_arbeidsgiveren(dagbeløp, forskutterte_dager_som_teller, mottatt_dato, refusjonsfrist):
    return hvis(senest(mottatt_dato, refusjonsfrist), dagbeløp * forskutterte_dager_som_teller, 0)
