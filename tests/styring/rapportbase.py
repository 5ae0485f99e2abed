"""A small database with every kind of case, and the figures that a person would count by hand from it."""

# ruff: noqa: C408 – rows read better as keywords
import datetime as dt
import json

import sqlalchemy as sa

from kjerne.kontrakt.manifest import Eier, Gyldighet, Klage, Manifest, Soknadsfelt, Tospraak
from kjerne.kontrakt.utbetalingsvalg import Mottaker, Utbetaling
from kjerne.lager import tabeller as t

NAA = dt.datetime(2020, 4, 20, 6, 30, tzinfo=dt.UTC)
I_GAAR = dt.datetime(2020, 4, 19, 6, 30, tzinfo=dt.UTC)
FOER = I_GAAR - dt.timedelta(hours=1)
ETTER = I_GAAR + dt.timedelta(hours=1)
IDAG = dt.date(2020, 4, 20)


def manifest(id: str = "troll") -> Manifest:
    return Manifest.model_construct(
        kontrakt=1,
        id=id,
        navn=Tospraak(nb="Trollstønad", nn="Trollstønad"),
        forskrift={"nb": "trollforskriften", "nn": "trollforskrifta"},
        opphevet=True,
        gjelder=Gyldighet(fra=dt.date(2020, 3, 1), til=dt.date(2020, 10, 31)),
        tilstand="prove",
        dato_for_regler="natt",
        eier=Eier(team="Bukkene", jurist="J", kontakt="K"),
        utbetaling=Utbetaling(
            maks_per_sak=10_000,
            maks_per_bunt=1_000_000,
            tekst="Trollstønad",
            mottakere={
                "søker": Mottaker(konto="kontonummer", nb="Den som søkte", nn="Den som søkte"),
                "møller": Mottaker(konto="møllekonto", nb="Arbeidsgiveren", nn="Arbeidsgivaren"),
            },
        ),
        klage=Klage(frist_uker=6, kilde="§ 9"),
        felt=(Soknadsfelt(navn="natt", type="dato", nb="N", nn="N"),),
    )


def fyll(conn: sa.Connection, ordning: str = "troll") -> None:
    """20 applications: 11 granted (one twice decided), 4 refused, 5 waiting. 9 paid lines in two batches, one sent."""

    def inn(tabell, *rader):
        conn.execute(sa.insert(tabell), list(rader))

    def id_(*deler) -> str:
        return "-".join([ordning, *map(str, deler)])

    inn(
        t.leveranse,
        *(
            dict(
                leveranse_id=id_("lev", n),
                art="soknad",
                ordning=ordning,
                filnavn="s.csv",
                format="csv",
                linjer_inn=10,
                akseptert=10,
                karantene=0,
                mottatt_tid=tid,
            )
            for n, tid in ((1, FOER), (2, ETTER))
        ),
    )
    inn(t.person, *(dict(person_id=id_("p", n), ident=id_("ident", n)) for n in range(20)))
    inn(
        t.soknad,
        *(
            dict(
                sak_id=id_(n),
                ordning=ordning,
                soknad_id=str(n),
                person_id=id_("p", n),
                konto="1",
                maalform="nb",
                mottatt_dato=IDAG - dt.timedelta(days=n),
                fakta="{}",
                leveranse_id=id_("lev", 1 + n // 10),
                linje=n,
            )
            for n in range(20)
        ),
    )
    venter = {
        15: ("manuell", "mangler lønn"),
        16: ("manuell", "mangler lønn"),
        17: ("sporsmal", "spurt"),
        18: ("venter", "måneden er ikke ferdig"),
        19: ("karantene", "beløp mangler"),
    }

    def tilstand(n: int) -> tuple[str, str]:
        return ("innvilget", "") if n < 11 else ("avslag", "") if n < 15 else venter[n]

    inn(
        t.kjoring,
        *(
            dict(
                kjoring_id=id_("k", n),
                ordning=ordning,
                grunnlag="{}",
                tilstand="ferdig",
                startet_tid=tid,
                ferdig_tid=tid,
            )
            for n, tid in ((1, FOER), (2, ETTER))
        ),
    )
    inn(
        t.kjoring_steg,
        *(
            dict(
                kjoring_id=id_("k", 2),
                steg=steg,
                bit=bit,
                resultat="{}",
                sekunder=1.5,
                ferdig_tid=ETTER + dt.timedelta(seconds=nr),
            )
            for nr, steg in enumerate(("kvalitet", "regler", "brev"))
            for bit in range(2)
        ),
    )
    inn(
        t.sak,
        *(
            dict(
                sak_id=id_(n),
                ordning=ordning,
                tilstand=tilstand(n)[0],
                grunn=tilstand(n)[1],
                vent_til=None,
                kjoring_id=id_("k", 2),
                endret_tid=ETTER,
            )
            for n in range(20)
        ),
    )

    def vedtak(n: int, versjon: int, utfall: str, belop: int, avgjorende=()):
        return dict(
            vedtak_id=id_("v", n, versjon),
            sak_id=id_(n),
            versjon=versjon,
            utfall=utfall,
            belop_ore=belop,
            avgjorende=json.dumps(list(avgjorende)),
            begrunnelse="{}",
            snapshot_id=None,
            fingeravtrykk="f",
            parameterrader="[]",
            sporing_id="s",
            sporing_rad=n,
            forrige_vedtak_id=id_("v", n, versjon - 1) if versjon > 1 else None,
            kjoring_id=id_("k", 1 if n < 6 else 2),
            fattet_dato=IDAG,
            fattet_tid=FOER if n < 6 else ETTER,
        )

    inn(t.vedtak, *(vedtak(n, 1, "innvilget", 100_000 + 10_000 * n) for n in range(11)))
    inn(t.vedtak, vedtak(0, 2, "innvilget", 999_900))
    grunner = (
        ["søkt_innen_fristen"],
        ["søkt_innen_fristen"],
        ["søkt_innen_fristen", "bor_ved_broen"],
        ["bor_ved_broen"],
    )
    inn(t.vedtak, *(vedtak(11 + i, 1, "avslag", 0, g) for i, g in enumerate(grunner)))
    inn(
        t.linje,
        *(
            dict(
                linje_id=id_("l", n),
                vedtak_id=id_("v", n, 1),
                nr=1,
                rolle="møller" if n == 10 else "søker",
                person_id=id_("p", n),
                orgnr=None,
                konto="1",
                klasse="K",
                fom=IDAG,
                tom=IDAG,
                belop_ore=100_000 + 10_000 * n,
            )
            for n in range(11)
        ),
    )
    for b, linjer, tid in ((1, range(5), FOER), (2, range(5, 9), ETTER)):
        inn(
            t.bunt,
            dict(
                bunt_id=id_("b", b),
                ordning=ordning,
                antall=len(linjer),
                sum_ore=sum(100_000 + 10_000 * n for n in linjer),
                innhold_sha256="ab" * 32,
                laget_av="kari",
                kjoring_id=id_("k", b),
                betalingsdato=IDAG,
                laget_tid=tid,
            ),
        )
        inn(
            t.bunt_linje,
            *(dict(linje_id=id_("l", n), forsok=1, bunt_id=id_("b", b), konto="1", ende_til_ende_id=id_("e", n)) for n in linjer),
        )
    for art in ("disponert", "sendt"):
        bilag = f"{art}:{id_('b', 1)}"
        inn(t.postering, *(dict(bilag_id=bilag, nr=nr, konto=konto, klasse="k", gjelder="b", belop_ore=ore)
                           for nr, konto, ore in ((1, "stonad", 100), (2, "mottaker", -100))))  # fmt: skip
        inn(t.bilag, dict(bilag_id=bilag, ordning=ordning, art=art, objekt=id_("b", 1), antall=2, dato=IDAG, tid=ETTER))
    handlinger = (("kontroller", "kontrollert", "system"), ("attester", "attestert", "ola"), ("disponer", "disponert", "per"),
                  ("send", "sendt", "kari"))  # fmt: skip
    for nr, (handling, tilstand_, av) in enumerate(handlinger, 1):
        inn(t.bunt_hendelse, dict(bunt_id=id_("b", 1), nr=nr, handling=handling, tilstand=tilstand_, av=av, person=av, tid=ETTER,
                                  innhold_sha256="ab" * 32, fil_sha256="cd" * 32 if handling == "send" else None))  # fmt: skip
    funn = {
        17: ("SPOR", ["inn_hopp"]),
        18: ("VENT", ["inn_maaned"]),
        19: ("KARANTENE", ["inn_beloep", "inn_hopp"]),
        3: ("FLAGG", ["inn_hopp"]),
    }
    inn(
        t.kvalitetsdom,
        *(
            dict(
                kjoring_id=id_("k", 2),
                sak_id=id_(n),
                dom=dom,
                grunner=json.dumps([{"kontroll": k, "observert": str(n), "hvorfor": f"Fordi {k}"} for k in kontroller]),
            )
            for n, (dom, kontroller) in funn.items()
        ),
    )
    inn(
        t.kvalitetsdom,
        dict(kjoring_id=id_("k", 1), sak_id=id_(19), dom="STOPP", grunner='[{"kontroll":"gammel","hvorfor":"x"}]'),
    )
    inn(
        t.sporsmal,
        *(
            dict(
                sporsmal_id=id_("q", n),
                ordning=ordning,
                sak_id=id_(17),
                til=til,
                mottaker=None,
                maaned=None,
                felt=felt,
                kontroll="k",
                sporsmal="Hva?",
                frist=frist,
                kjoring_id=id_("k", 2),
                stilt_tid=ETTER,
            )
            for n, (til, felt, frist) in enumerate(
                (
                    ("arbeidsgiver", "inntekt", IDAG),
                    ("arbeidsgiver", "inntekt", dt.date(2020, 4, 1)),
                    ("person", "natt", IDAG),
                )
            )
        ),
    )
    inn(
        t.svar,
        dict(
            svar_id=id_("a"),
            sporsmal_id=id_("q", 2),
            verdi="2020-04-01",
            begrunnelse=None,
            gitt_av="kari",
            mottatt_tid=NAA,
        ),
    )
