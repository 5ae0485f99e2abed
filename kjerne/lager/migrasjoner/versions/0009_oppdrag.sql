-- Revision 0009. {T} text compared byte by byte, {TID} instant in UTC. Lines with typeof() are for SQLite only.
CREATE TABLE vedtaksperiode (
    vedtak_id {T} NOT NULL, nr INTEGER NOT NULL, rolle {T} NOT NULL, klasse {T} NOT NULL, person_id {T}, orgnr {T},
    fom DATE NOT NULL, tom DATE NOT NULL, belop_ore BIGINT NOT NULL,
    CONSTRAINT pk_vedtaksperiode PRIMARY KEY (vedtak_id, nr),
    CONSTRAINT ck_vedtaksperiode_belop_ore_heltall CHECK (typeof(belop_ore) = 'integer'),
    CONSTRAINT ck_vedtaksperiode_belop_ore CHECK (belop_ore > 0),
    CONSTRAINT fk_vedtaksperiode_vedtak_id FOREIGN KEY(vedtak_id) REFERENCES vedtak (vedtak_id)
);
CREATE TABLE oppdragsfil (
    fil_id {T} NOT NULL, ordning {T} NOT NULL, bunt_id {T}, nokkel {T} NOT NULL, planlagt_tid {TID} NOT NULL,
    CONSTRAINT pk_oppdragsfil PRIMARY KEY (fil_id),
    CONSTRAINT uq_oppdragsfil_nokkel UNIQUE (nokkel),
    CONSTRAINT ck_oppdragsfil_fil_id CHECK (coalesce(bunt_id, fil_id) = fil_id),
    CONSTRAINT fk_oppdragsfil_bunt_id FOREIGN KEY(bunt_id) REFERENCES bunt (bunt_id)
);
CREATE INDEX ix_oppdragsfil_ordning ON oppdragsfil (ordning);
CREATE TABLE oppdragsfil_hendelse (
    fil_id {T} NOT NULL, hendelse {T} NOT NULL, av {T} NOT NULL, fil_sha256 {T}, tid {TID} NOT NULL,
    CONSTRAINT pk_oppdragsfil_hendelse PRIMARY KEY (fil_id, hendelse),
    CONSTRAINT ck_oppdragsfil_hendelse_hendelse CHECK (hendelse IN ('sendt', 'kvittert', 'avstemt')),
    CONSTRAINT ck_oppdragsfil_hendelse_fil_sha256 CHECK ((hendelse = 'sendt') = (fil_sha256 IS NOT NULL)),
    CONSTRAINT ck_oppdragsfil_hendelse_av CHECK (length(trim(av)) > 0),
    CONSTRAINT fk_oppdragsfil_hendelse_fil_id FOREIGN KEY(fil_id) REFERENCES oppdragsfil (fil_id)
);
CREATE TABLE oppdragslinje (
    fagsystem_id {T} NOT NULL, nr INTEGER NOT NULL, fil_id {T} NOT NULL, endring {T} NOT NULL, vedtak_id {T} NOT NULL,
    rolle {T} NOT NULL, klasse {T} NOT NULL, person_id {T}, orgnr {T}, delytelse_id {T} NOT NULL, ref_delytelse_id {T} NOT NULL,
    fom DATE NOT NULL, tom DATE NOT NULL, sats_ore BIGINT NOT NULL, opphor_fra DATE,
    CONSTRAINT pk_oppdragslinje PRIMARY KEY (fagsystem_id, nr),
    CONSTRAINT ck_oppdragslinje_endring CHECK (endring IN ('NY', 'ENDR')),
    CONSTRAINT ck_oppdragslinje_sats_ore_heltall CHECK (typeof(sats_ore) = 'integer'),
    CONSTRAINT ck_oppdragslinje_sats_ore CHECK (sats_ore > 0),
    CONSTRAINT ck_oppdragslinje_nr CHECK (nr > 0),
    CONSTRAINT ck_oppdragslinje_periode CHECK (tom >= fom),
    CONSTRAINT fk_oppdragslinje_fil_id FOREIGN KEY(fil_id) REFERENCES oppdragsfil (fil_id),
    CONSTRAINT fk_oppdragslinje_vedtak_id FOREIGN KEY(vedtak_id) REFERENCES vedtak (vedtak_id)
);
CREATE INDEX ix_oppdragslinje_fil_id_fagsystem_id_nr ON oppdragslinje (fil_id, fagsystem_id, nr);
CREATE INDEX ix_oppdragslinje_vedtak_id ON oppdragslinje (vedtak_id);
CREATE TABLE oppdragssvar (
    fil_id {T} NOT NULL, fagsystem_id {T} NOT NULL, nr INTEGER NOT NULL, alvorlighetsgrad {T} NOT NULL, kode {T} NOT NULL,
    tekst {T} NOT NULL, svarfil_sha256 {T} NOT NULL, tid {TID} NOT NULL,
    CONSTRAINT pk_oppdragssvar PRIMARY KEY (fil_id, fagsystem_id, nr),
    CONSTRAINT ck_oppdragssvar_alvorlighetsgrad CHECK (alvorlighetsgrad IN ('00', '04', '08', '12')),
    CONSTRAINT ck_oppdragssvar_nr CHECK (nr > 0),
    CONSTRAINT fk_oppdragssvar_fil_id FOREIGN KEY(fil_id) REFERENCES oppdragsfil (fil_id)
);
CREATE INDEX ix_oppdragssvar_svarfil_sha256 ON oppdragssvar (svarfil_sha256);
CREATE TABLE nytt_oppdrag (
    fil_id {T} NOT NULL, fagsystem_id {T} NOT NULL, grunn {T} NOT NULL, av {T} NOT NULL, tid {TID} NOT NULL,
    CONSTRAINT pk_nytt_oppdrag PRIMARY KEY (fil_id, fagsystem_id),
    CONSTRAINT ck_nytt_oppdrag_grunn CHECK (length(trim(grunn)) > 0),
    CONSTRAINT ck_nytt_oppdrag_av CHECK (length(trim(av)) > 0),
    CONSTRAINT fk_nytt_oppdrag_fil_id FOREIGN KEY(fil_id) REFERENCES oppdragsfil (fil_id)
);
