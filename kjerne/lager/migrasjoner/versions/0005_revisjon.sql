-- Revision 0005. {T} text compared byte by byte, {TID} instant in UTC.
CREATE TABLE revisjonslogg (
    nr BIGINT NOT NULL, hendelse {T} NOT NULL, objekt {T} NOT NULL, av {T} NOT NULL, detaljer {T} NOT NULL, tid {TID} NOT NULL,
    forrige_hash {T} NOT NULL, radhash {T} NOT NULL,
    CONSTRAINT pk_revisjonslogg PRIMARY KEY (nr),
    CONSTRAINT uq_revisjonslogg_forrige_hash UNIQUE (forrige_hash),
    CONSTRAINT ck_revisjonslogg_nr CHECK (nr > 0),
    CONSTRAINT ck_revisjonslogg_av CHECK (length(trim(av)) > 0)
);
CREATE INDEX ix_revisjonslogg_hendelse_nr ON revisjonslogg (hendelse, nr);
CREATE TABLE oppslagslogg (
    oppslag_id {T} NOT NULL, av {T} NOT NULL, ordning {T} NOT NULL, sak_id {T} NOT NULL, vist {T} NOT NULL, formaal {T} NOT NULL,
    tid {TID} NOT NULL,
    CONSTRAINT pk_oppslagslogg PRIMARY KEY (oppslag_id),
    CONSTRAINT ck_oppslagslogg_av CHECK (length(trim(av)) > 0),
    CONSTRAINT ck_oppslagslogg_formaal CHECK (length(trim(formaal)) > 0)
);
CREATE INDEX ix_oppslagslogg_sak_id_tid ON oppslagslogg (sak_id, tid);
CREATE INDEX ix_oppslagslogg_av_tid ON oppslagslogg (av, tid);
