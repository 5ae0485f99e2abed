-- Revision 0006. {T} text compared byte by byte, {TID} instant in UTC.
CREATE TABLE innsending (
    ordning {T} NOT NULL, klient {T} NOT NULL, nokkel {T} NOT NULL, innhold_sha256 {T} NOT NULL, sak_id {T}, mottatt_tid {TID} NOT NULL,
    CONSTRAINT pk_innsending PRIMARY KEY (ordning, klient, nokkel),
    CONSTRAINT uq_innsending_sak_id UNIQUE (sak_id),
    CONSTRAINT fk_innsending_sak_id FOREIGN KEY(sak_id) REFERENCES soknad (sak_id) DEFERRABLE INITIALLY DEFERRED
);
