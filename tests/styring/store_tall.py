"""A day in a large fictional scheme, for looking at the page and for golden files."""

import datetime as dt

from kjerne.styring.rapporttall import (
    Buntstatus,
    Endring,
    Fordeling,
    Grense,
    Gruppe,
    Kontrollfunn,
    Rapporttall,
    Sporsmalstall,
    Stegtid,
    Ventegrunn,
    Ventetid,
)

_BINS = (310, 1204, 2988, 4410, 5121, 6020, 7333, 8004, 9120, 14090, 33400, 3)
_D = dt.date(2020, 6, 10)

STOR = Rapporttall(
    ordning="troll",
    navn="Trollstønad ved stengt bro",
    laget=dt.datetime(2020, 6, 10, 6, 0, tzinfo=dt.UTC),
    idag=_D,
    kjoring_id="5d1c1f0e-3b5a-5a58-8f5c-0c6b3df0a111",
    kjoring_tilstand="ferdig",
    opphevet=True,
    syntetisk=True,
    mottatt=104_861,
    avgjort=98_240,
    innvilget=92_003,
    i_bunt=91_480,
    sendt=79_000,
    venter=6_621,
    innvilget_ore=2_614_338_120_00,
    i_bunt_ore=2_601_118_450_00,
    sendt_ore=2_244_903_300_00,
    avvik=0,
    endring=Endring(dt.datetime(2020, 6, 9, 6, 0, tzinfo=dt.UTC), 3_912, 4_105, 3_870, 12_480, 261_004_220_00),
    behandlingstid=Ventetid(2, 6),
    tilstander=(
        Gruppe("innvilget", "Innvilget", 92_003),
        Gruppe("avslag", "Avslått", 6_237),
        Gruppe("manuell", "Til manuell behandling", 312),
        Gruppe("sporsmal", "Venter på svar", 2_871),
        Gruppe("venter", "Venter på data", 2_330),
        Gruppe("karantene", "Holdt tilbake av kvalitetskontroll", 1_104),
        Gruppe("mottatt", "Mottatt, ikke behandlet", 4),
    ),
    avslag=(
        Gruppe("permittert", "Søkeren må være permittert fra arbeidet ved broen", 3_311),
        Gruppe("søkt_innen_fristen", "Søknaden må komme innen fristen", 1_870),
        Gruppe("tapte_nok", "Tapet må være minst 5 000 kroner", 1_190),
        Gruppe("bor_ved_broen", "Søkeren må bo ved broen", 3),
    ),
    ventegrunner=(
        Ventegrunn("manuell", "Frilanser og ansatt i samme virksomhet", 201),
        Ventegrunn("manuell", "To søknader om samme natt", 109),
        Ventegrunn("manuell", "Søkeren er død", 2),
        Ventegrunn("sporsmal", "Arbeidsgiver må oppgi lønn for mars", 2_120),
        Ventegrunn("sporsmal", "Søkeren må oppgi første natt", 751),
        Ventegrunn("venter", "Måneden er ikke ferdig rapportert", 2_330),
        Ventegrunn("karantene", "Beløpet mangler i inntektsraden", 1_104),
        Ventegrunn("mottatt", "Ingen grunn oppgitt", 4),
    ),
    mangler=(Gruppe("inntekt", "Inntekt i en måned", 2_120), Gruppe("første_natt", "Første natt uten arbeid", 751)),
    kvalitet=(
        Kontrollfunn("inn_maaned_ferdig", "Måneden kan fortsatt bli endret før den 10. i neste måned.", 2_330, 2_330),
        Kontrollfunn(
            "inn_arbeidsgiver_mangler_mnd", "En arbeidsgiver som pleier å rapportere, mangler i måneden.", 2_120, 2_120
        ),
        Kontrollfunn("inn_beloep_satt", "Raden mangler beløp.", 1_104, 1_104),
        Kontrollfunn("inn_hopp", "Måneden er mer enn halvannen gang medianen.", 8_450, 0),
        Kontrollfunn("inn_ferie_par", "Trekk for ferie uten lønn i samme måned.", 3, 0),
    ),
    sporsmal=(Sporsmalstall("arbeidsgiver", 5_410, 1_990, 130), Sporsmalstall("person", 902, 751, 0)),
    belop=Fordeling(tuple(range(0, 61_000_00, 5_000_00))[: len(_BINS) + 1], _BINS, 31_204_00, 41_472_00),
    roller=(
        Gruppe("søker", "Den som søkte", 92_003, 2_102_110_020_00),
        Gruppe("møller", "Arbeidsgiveren", 14_220, 512_228_100_00),
    ),
    bunter=(
        Buntstatus("b4", "forberedt", 9_980, 280_110_000_00, dt.date(2020, 6, 12), "9f2c41d07ab35e66" * 4),
        Buntstatus("b3", "disponert", 2_500, 76_105_150_00, dt.date(2020, 6, 11), "03bb9e51c2d844f7" * 4),
        Buntstatus("b2", "sendt", 12_480, 261_004_220_00, dt.date(2020, 6, 10), "c81de0a94475f210" * 4),
        Buntstatus("b1", "sendt", 66_520, 1_983_899_080_00, dt.date(2020, 6, 9), "44a0b7c3e95d1f28" * 4),
    ),
    grenser=(
        Grense("maks_per_sak", 42_000_00, 41_472_00, "naer"),
        Grense("maks_per_bunt", 2_500_000_000_00, 1_983_899_080_00, "innenfor"),
    ),
    steg=(
        Stegtid("mottak", 6, 4.2),
        Stegtid("innhenting", 6, 21.9),
        Stegtid("kvalitet", 6, 33.1),
        Stegtid("regler", 6, 2.4),
        Stegtid("vedtak", 6, 12.7),
        Stegtid("brev", 6, 24.0),
        Stegtid("bunt", 1, 3.3),
    ),
    alder=(
        Gruppe("0-2", "0–2 dager", 3_960),
        Gruppe("3-7", "3–7 dager", 1_720),
        Gruppe("8-14", "8–14 dager", 702),
        Gruppe("15-30", "15–30 dager", 211),
        Gruppe("31-60", "31–60 dager", 26),
        Gruppe("61-", "Over 60 dager", 2),
    ),
    eldste_dager=71,
)
