-- Revision 0003. {T} text compared byte by byte, {TID} instant in UTC.
CREATE TABLE medarbeider (
    konto {T} NOT NULL, nr INTEGER NOT NULL, person {T} NOT NULL, navn {T} NOT NULL, roller {T} NOT NULL, av {T} NOT NULL,
    tid {TID} NOT NULL,
    CONSTRAINT pk_medarbeider PRIMARY KEY (konto, nr),
    CONSTRAINT ck_medarbeider_konto CHECK (konto = lower(trim(konto)) AND length(konto) > 0),
    CONSTRAINT ck_medarbeider_person CHECK (person = lower(trim(person)) AND length(person) > 0),
    CONSTRAINT ck_medarbeider_av CHECK (length(trim(av)) > 0)
);
