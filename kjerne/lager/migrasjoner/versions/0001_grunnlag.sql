-- Revision 0001. {T} text compared byte by byte, {TID} instant in UTC, {D} double. Lines with typeof() are for SQLite only.
CREATE TABLE bunt (
    bunt_id {T} NOT NULL, ordning {T} NOT NULL, antall INTEGER NOT NULL, sum_ore BIGINT NOT NULL,
    innhold_sha256 {T} NOT NULL, laget_av {T} NOT NULL, kjoring_id {T} NOT NULL, betalingsdato DATE NOT NULL,
    laget_tid {TID} NOT NULL,
    CONSTRAINT pk_bunt PRIMARY KEY (bunt_id),
    CONSTRAINT ck_bunt_sum_ore_heltall CHECK (typeof(sum_ore) = 'integer'),
    CONSTRAINT ck_bunt_ikke_tom CHECK (antall > 0 AND sum_ore > 0)
);
CREATE TABLE egenskap (
    navn {T} NOT NULL, verdi {T} NOT NULL,
    CONSTRAINT pk_egenskap PRIMARY KEY (navn)
);
CREATE TABLE kjoring (
    kjoring_id {T} NOT NULL, ordning {T} NOT NULL, grunnlag {T} NOT NULL, tilstand {T} NOT NULL,
    startet_tid {TID} NOT NULL, ferdig_tid {TID},
    CONSTRAINT pk_kjoring PRIMARY KEY (kjoring_id),
    CONSTRAINT ck_kjoring_tilstand CHECK (tilstand IN ('startet', 'pauset', 'ferdig', 'stanset'))
);
CREATE TABLE kjoring_steg (
    kjoring_id {T} NOT NULL, steg {T} NOT NULL, bit INTEGER NOT NULL, resultat {T} NOT NULL,
    sekunder {D} NOT NULL, ferdig_tid {TID} NOT NULL,
    CONSTRAINT pk_kjoring_steg PRIMARY KEY (kjoring_id, steg, bit)
);
CREATE TABLE kvalitetsdom (
    kjoring_id {T} NOT NULL, sak_id {T} NOT NULL, dom {T} NOT NULL, grunner {T} NOT NULL,
    CONSTRAINT pk_kvalitetsdom PRIMARY KEY (kjoring_id, sak_id)
);
CREATE TABLE leveranse (
    leveranse_id {T} NOT NULL, art {T} NOT NULL, ordning {T}, filnavn {T} NOT NULL, format {T} NOT NULL,
    linjer_inn INTEGER NOT NULL, akseptert INTEGER NOT NULL, karantene INTEGER NOT NULL,
    mottatt_tid {TID} NOT NULL,
    CONSTRAINT pk_leveranse PRIMARY KEY (leveranse_id),
    CONSTRAINT ck_leveranse_balanse CHECK (linjer_inn = akseptert + karantene)
);
CREATE TABLE leveranse_karantene (
    leveranse_id {T} NOT NULL, linje INTEGER NOT NULL, grunn {T} NOT NULL, raa_sha256 {T} NOT NULL,
    CONSTRAINT pk_leveranse_karantene PRIMARY KEY (leveranse_id, linje)
);
CREATE TABLE person (
    person_id {T} NOT NULL, ident {T} NOT NULL,
    CONSTRAINT pk_person PRIMARY KEY (person_id),
    CONSTRAINT uq_person_ident UNIQUE (ident)
);
CREATE TABLE snapshot (
    snapshot_id {T} NOT NULL, art {T} NOT NULL, rader BIGINT NOT NULL, sti {T} NOT NULL, filter {T},
    hentet_tid {TID} NOT NULL, leveranse_id {T},
    CONSTRAINT pk_snapshot PRIMARY KEY (snapshot_id)
);
CREATE TABLE sporsmal (
    sporsmal_id {T} NOT NULL, ordning {T} NOT NULL, sak_id {T} NOT NULL, til {T} NOT NULL, mottaker {T},
    maaned DATE, felt {T} NOT NULL, kontroll {T} NOT NULL, sporsmal {T} NOT NULL, frist DATE NOT NULL,
    kjoring_id {T} NOT NULL, stilt_tid {TID} NOT NULL,
    CONSTRAINT pk_sporsmal PRIMARY KEY (sporsmal_id),
    CONSTRAINT ck_sporsmal_til CHECK (til IN ('arbeidsgiver', 'person'))
);
CREATE INDEX ix_sporsmal_sak_id ON sporsmal (sak_id);
CREATE TABLE bunt_hendelse (
    bunt_id {T} NOT NULL, hendelse {T} NOT NULL, av {T} NOT NULL, innhold_sha256 {T} NOT NULL, fil_sha256 {T},
    tid {TID} NOT NULL,
    CONSTRAINT pk_bunt_hendelse PRIMARY KEY (bunt_id, hendelse),
    CONSTRAINT ck_bunt_hendelse_hendelse CHECK (hendelse IN ('godkjent', 'sendt')),
    CONSTRAINT ck_bunt_hendelse_fil_sha256 CHECK ((hendelse = 'sendt') = (fil_sha256 IS NOT NULL)),
    CONSTRAINT ck_bunt_hendelse_av CHECK (length(trim(av)) > 0),
    CONSTRAINT fk_bunt_hendelse_bunt_id FOREIGN KEY(bunt_id) REFERENCES bunt (bunt_id)
);
CREATE TABLE soknad (
    sak_id {T} NOT NULL, ordning {T} NOT NULL, soknad_id {T} NOT NULL, person_id {T} NOT NULL, konto {T},
    maalform {T} NOT NULL, mottatt_dato DATE NOT NULL, fakta {T} NOT NULL, leveranse_id {T} NOT NULL,
    linje INTEGER NOT NULL,
    CONSTRAINT pk_soknad PRIMARY KEY (sak_id),
    CONSTRAINT uq_soknad_ordning_soknad_id UNIQUE (ordning, soknad_id),
    CONSTRAINT fk_soknad_person_id FOREIGN KEY(person_id) REFERENCES person (person_id)
);
CREATE INDEX ix_soknad_person_id ON soknad (person_id);
CREATE TABLE svar (
    svar_id {T} NOT NULL, sporsmal_id {T} NOT NULL, verdi {T} NOT NULL, begrunnelse {T}, gitt_av {T} NOT NULL,
    mottatt_tid {TID} NOT NULL,
    CONSTRAINT pk_svar PRIMARY KEY (svar_id),
    CONSTRAINT uq_svar_sporsmal_id UNIQUE (sporsmal_id),
    CONSTRAINT fk_svar_sporsmal_id FOREIGN KEY(sporsmal_id) REFERENCES sporsmal (sporsmal_id)
);
CREATE TABLE sak (
    sak_id {T} NOT NULL, ordning {T} NOT NULL, tilstand {T} NOT NULL, grunn {T}, vent_til DATE, kjoring_id {T},
    endret_tid {TID} NOT NULL,
    CONSTRAINT pk_sak PRIMARY KEY (sak_id),
    CONSTRAINT ck_sak_tilstand CHECK (tilstand IN (
        'mottatt', 'innvilget', 'avslag', 'manuell', 'sporsmal', 'karantene', 'venter')),
    CONSTRAINT fk_sak_sak_id FOREIGN KEY(sak_id) REFERENCES soknad (sak_id)
);
CREATE INDEX ix_sak_ordning_tilstand ON sak (ordning, tilstand);
CREATE TABLE vedtak (
    vedtak_id {T} NOT NULL, sak_id {T} NOT NULL, versjon INTEGER NOT NULL, utfall {T} NOT NULL,
    belop_ore BIGINT NOT NULL, avgjorende {T} NOT NULL, begrunnelse {T} NOT NULL, snapshot_id {T},
    fingeravtrykk {T} NOT NULL, parameterrader {T} NOT NULL, sporing_id {T} NOT NULL,
    sporing_rad INTEGER NOT NULL, forrige_vedtak_id {T}, kjoring_id {T} NOT NULL, fattet_dato DATE NOT NULL,
    fattet_tid {TID} NOT NULL,
    CONSTRAINT pk_vedtak PRIMARY KEY (vedtak_id),
    CONSTRAINT ck_vedtak_utfall CHECK (utfall IN ('innvilget', 'avslag')),
    CONSTRAINT ck_vedtak_belop_ore_heltall CHECK (typeof(belop_ore) = 'integer'),
    CONSTRAINT ck_vedtak_belop_ore CHECK (belop_ore >= 0 AND (utfall = 'innvilget' OR belop_ore = 0)),
    CONSTRAINT uq_vedtak_sak_id_versjon UNIQUE (sak_id, versjon),
    CONSTRAINT fk_vedtak_sak_id FOREIGN KEY(sak_id) REFERENCES soknad (sak_id)
);
CREATE TABLE brev (
    vedtak_id {T} NOT NULL, maalform {T} NOT NULL, sha256 {T} NOT NULL, arkiv {T} NOT NULL,
    CONSTRAINT pk_brev PRIMARY KEY (vedtak_id),
    CONSTRAINT fk_brev_vedtak_id FOREIGN KEY(vedtak_id) REFERENCES vedtak (vedtak_id)
);
CREATE TABLE linje (
    linje_id {T} NOT NULL, vedtak_id {T} NOT NULL, nr INTEGER NOT NULL, rolle {T} NOT NULL, person_id {T},
    orgnr {T}, konto {T} NOT NULL, klasse {T} NOT NULL, fom DATE NOT NULL, tom DATE NOT NULL,
    belop_ore BIGINT NOT NULL,
    CONSTRAINT pk_linje PRIMARY KEY (linje_id),
    CONSTRAINT ck_linje_belop_ore CHECK (belop_ore > 0),
    CONSTRAINT ck_linje_belop_ore_heltall CHECK (typeof(belop_ore) = 'integer'),
    CONSTRAINT ck_linje_mottaker CHECK (person_id IS NOT NULL OR orgnr IS NOT NULL),
    CONSTRAINT uq_linje_vedtak_id_nr UNIQUE (vedtak_id, nr),
    CONSTRAINT fk_linje_vedtak_id FOREIGN KEY(vedtak_id) REFERENCES vedtak (vedtak_id)
);
CREATE TABLE bunt_linje (
    linje_id {T} NOT NULL, bunt_id {T} NOT NULL, ende_til_ende_id {T} NOT NULL,
    CONSTRAINT pk_bunt_linje PRIMARY KEY (linje_id),
    CONSTRAINT uq_bunt_linje_ende_til_ende_id UNIQUE (ende_til_ende_id),
    CONSTRAINT ck_bunt_linje_ende_til_ende_id CHECK (length(ende_til_ende_id) <= 35),
    CONSTRAINT fk_bunt_linje_linje_id FOREIGN KEY(linje_id) REFERENCES linje (linje_id),
    CONSTRAINT fk_bunt_linje_bunt_id FOREIGN KEY(bunt_id) REFERENCES bunt (bunt_id)
);
CREATE INDEX ix_bunt_linje_bunt_id ON bunt_linje (bunt_id);
