-- Revision 0007. {T} text compared byte by byte, {TID} instant in UTC. Lines with typeof() are for SQLite only.
CREATE TABLE revurdering (
    revurdering_id {T} NOT NULL, ordning {T} NOT NULL, aarsak {T} NOT NULL, grunn {T} NOT NULL, antall INTEGER NOT NULL,
    til_ugunst INTEGER NOT NULL, tillegg_ore BIGINT NOT NULL, krav_ore BIGINT NOT NULL, vedtaksdato DATE NOT NULL,
    innhold {T} NOT NULL, innhold_sha256 {T} NOT NULL, foreslaatt_av {T} NOT NULL, foreslaatt_tid {TID} NOT NULL,
    CONSTRAINT pk_revurdering PRIMARY KEY (revurdering_id),
    CONSTRAINT ck_revurdering_aarsak CHECK (aarsak IN ('inntekt', 'regel', 'feil')),
    CONSTRAINT ck_revurdering_grunn CHECK (length(trim(grunn)) > 0),
    CONSTRAINT ck_revurdering_tillegg_ore_heltall CHECK (typeof(tillegg_ore) = 'integer'),
    CONSTRAINT ck_revurdering_krav_ore_heltall CHECK (typeof(krav_ore) = 'integer'),
    CONSTRAINT ck_revurdering_ikke_tom CHECK (antall > 0),
    CONSTRAINT ck_revurdering_foreslaatt_av CHECK (length(trim(foreslaatt_av)) > 0)
);
CREATE INDEX ix_revurdering_ordning ON revurdering (ordning);
CREATE TABLE revurdering_hendelse (
    revurdering_id {T} NOT NULL, hendelse {T} NOT NULL, av {T} NOT NULL, innhold_sha256 {T} NOT NULL, grunn {T},
    tid {TID} NOT NULL,
    CONSTRAINT pk_revurdering_hendelse PRIMARY KEY (revurdering_id, hendelse),
    CONSTRAINT ck_revurdering_hendelse_hendelse CHECK (hendelse IN ('godkjent', 'avvist')),
    CONSTRAINT ck_revurdering_hendelse_av CHECK (length(trim(av)) > 0),
    CONSTRAINT fk_revurdering_hendelse_revurdering_id FOREIGN KEY(revurdering_id) REFERENCES revurdering (revurdering_id)
);
CREATE TABLE overstyring (
    overstyring_id {T} NOT NULL, sak_id {T} NOT NULL, utfall {T} NOT NULL, belop_ore BIGINT NOT NULL, regelutfall {T} NOT NULL,
    regel_belop_ore BIGINT NOT NULL, innhold {T} NOT NULL, innhold_sha256 {T} NOT NULL, grunn {T} NOT NULL, av {T} NOT NULL,
    tid {TID} NOT NULL,
    CONSTRAINT pk_overstyring PRIMARY KEY (overstyring_id),
    CONSTRAINT ck_overstyring_utfall CHECK (utfall IN ('innvilget', 'avslag')),
    CONSTRAINT ck_overstyring_belop_ore_heltall CHECK (typeof(belop_ore) = 'integer'),
    CONSTRAINT ck_overstyring_regel_belop_ore_heltall CHECK (typeof(regel_belop_ore) = 'integer'),
    CONSTRAINT ck_overstyring_belop_ore CHECK ((utfall = 'innvilget') = (belop_ore > 0)),
    CONSTRAINT ck_overstyring_annet_enn_reglene CHECK (utfall <> regelutfall OR belop_ore <> regel_belop_ore),
    CONSTRAINT ck_overstyring_grunn CHECK (length(trim(grunn)) > 0),
    CONSTRAINT ck_overstyring_av CHECK (length(trim(av)) > 0),
    CONSTRAINT fk_overstyring_sak_id FOREIGN KEY(sak_id) REFERENCES soknad (sak_id)
);
CREATE TABLE saksopplysning (
    sak_id {T} NOT NULL, nr INTEGER NOT NULL, felt {T} NOT NULL, verdi {T}, grunn {T} NOT NULL, av {T} NOT NULL,
    tid {TID} NOT NULL,
    CONSTRAINT pk_saksopplysning PRIMARY KEY (sak_id, nr),
    CONSTRAINT ck_saksopplysning_nr CHECK (nr > 0),
    CONSTRAINT ck_saksopplysning_grunn CHECK (length(trim(grunn)) > 0),
    CONSTRAINT ck_saksopplysning_av CHECK (length(trim(av)) > 0),
    CONSTRAINT fk_saksopplysning_sak_id FOREIGN KEY(sak_id) REFERENCES soknad (sak_id)
);
CREATE TABLE manuelt_vedtak (
    vedtak_id {T} NOT NULL, av {T} NOT NULL, regelutfall {T} NOT NULL, regel_belop_ore BIGINT NOT NULL, overstyring_id {T},
    tid {TID} NOT NULL,
    CONSTRAINT pk_manuelt_vedtak PRIMARY KEY (vedtak_id),
    CONSTRAINT ck_manuelt_vedtak_regel_belop_ore_heltall CHECK (typeof(regel_belop_ore) = 'integer'),
    CONSTRAINT ck_manuelt_vedtak_av CHECK (length(trim(av)) > 0),
    CONSTRAINT fk_manuelt_vedtak_vedtak_id FOREIGN KEY(vedtak_id) REFERENCES vedtak (vedtak_id)
);
CREATE TABLE omgjoring (
    vedtak_id {T} NOT NULL, revurdering_id {T} NOT NULL, for_utfall {T} NOT NULL, for_ore BIGINT NOT NULL,
    etter_ore BIGINT NOT NULL, tillegg_ore BIGINT NOT NULL, krav_ore BIGINT NOT NULL, til_ugunst INTEGER NOT NULL,
    CONSTRAINT pk_omgjoring PRIMARY KEY (vedtak_id),
    CONSTRAINT ck_omgjoring_for_ore_heltall CHECK (typeof(for_ore) = 'integer'),
    CONSTRAINT ck_omgjoring_etter_ore_heltall CHECK (typeof(etter_ore) = 'integer'),
    CONSTRAINT ck_omgjoring_tillegg_ore_heltall CHECK (typeof(tillegg_ore) = 'integer'),
    CONSTRAINT ck_omgjoring_krav_ore_heltall CHECK (typeof(krav_ore) = 'integer'),
    CONSTRAINT ck_omgjoring_balanse CHECK (etter_ore - for_ore = tillegg_ore - krav_ore),
    CONSTRAINT ck_omgjoring_fortegn CHECK (tillegg_ore >= 0 AND krav_ore >= 0),
    CONSTRAINT ck_omgjoring_til_ugunst CHECK (til_ugunst IN (0, 1) AND (krav_ore = 0 OR til_ugunst = 1)),
    CONSTRAINT fk_omgjoring_vedtak_id FOREIGN KEY(vedtak_id) REFERENCES vedtak (vedtak_id),
    CONSTRAINT fk_omgjoring_revurdering_id FOREIGN KEY(revurdering_id) REFERENCES revurdering (revurdering_id)
);
CREATE TABLE overstyring_hendelse (
    overstyring_id {T} NOT NULL, hendelse {T} NOT NULL, av {T} NOT NULL, innhold_sha256 {T} NOT NULL, tid {TID} NOT NULL,
    CONSTRAINT pk_overstyring_hendelse PRIMARY KEY (overstyring_id, hendelse),
    CONSTRAINT ck_overstyring_hendelse_hendelse CHECK (hendelse IN ('bekreftet', 'avvist')),
    CONSTRAINT ck_overstyring_hendelse_av CHECK (length(trim(av)) > 0),
    CONSTRAINT fk_overstyring_hendelse_overstyring_id FOREIGN KEY(overstyring_id) REFERENCES overstyring (overstyring_id)
);
CREATE TABLE tilbakekreving (
    krav_id {T} NOT NULL, vedtak_id {T} NOT NULL, ordning {T} NOT NULL, rolle {T} NOT NULL, klasse {T} NOT NULL, person_id {T},
    orgnr {T}, belop_ore BIGINT NOT NULL, opprettet_tid {TID} NOT NULL,
    CONSTRAINT pk_tilbakekreving PRIMARY KEY (krav_id),
    CONSTRAINT ck_tilbakekreving_belop_ore_heltall CHECK (typeof(belop_ore) = 'integer'),
    CONSTRAINT ck_tilbakekreving_belop_ore CHECK (belop_ore > 0),
    CONSTRAINT ck_tilbakekreving_mottaker CHECK (person_id IS NOT NULL OR orgnr IS NOT NULL),
    CONSTRAINT fk_tilbakekreving_vedtak_id FOREIGN KEY(vedtak_id) REFERENCES vedtak (vedtak_id)
);
CREATE INDEX ix_tilbakekreving_ordning ON tilbakekreving (ordning);
CREATE INDEX ix_tilbakekreving_vedtak_id ON tilbakekreving (vedtak_id);
CREATE TABLE tilbakekreving_hendelse (
    krav_id {T} NOT NULL, hendelse {T} NOT NULL, av {T} NOT NULL, dato DATE NOT NULL, frist DATE, belop_ore BIGINT, grunn {T},
    brev_sha256 {T}, brev_arkiv {T}, tid {TID} NOT NULL,
    CONSTRAINT pk_tilbakekreving_hendelse PRIMARY KEY (krav_id, hendelse),
    CONSTRAINT ck_tilbakekreving_hendelse_hendelse CHECK (hendelse IN ('varslet', 'vedtatt', 'frafalt', 'oversendt')),
    CONSTRAINT ck_tilbakekreving_hendelse_av CHECK (length(trim(av)) > 0),
    CONSTRAINT ck_tilbakekreving_hendelse_belop_ore_heltall CHECK (typeof(belop_ore) IN ('integer', 'null')),
    CONSTRAINT ck_tilbakekreving_hendelse_frist CHECK ((hendelse = 'varslet') = (frist IS NOT NULL) AND coalesce(frist > dato, TRUE)),
    CONSTRAINT ck_tilbakekreving_hendelse_brev CHECK (hendelse <> 'varslet' OR (brev_sha256 IS NOT NULL AND brev_arkiv IS NOT NULL)),
    CONSTRAINT ck_tilbakekreving_hendelse_belop_ore CHECK ((hendelse = 'vedtatt') = (belop_ore IS NOT NULL) AND coalesce(belop_ore, 1) > 0),
    CONSTRAINT ck_tilbakekreving_hendelse_grunn CHECK (hendelse NOT IN ('vedtatt', 'frafalt') OR length(trim(coalesce(grunn, ''))) > 0),
    CONSTRAINT fk_tilbakekreving_hendelse_krav_id FOREIGN KEY(krav_id) REFERENCES tilbakekreving (krav_id)
);
