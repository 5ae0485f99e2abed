-- Revision 0010. {T} text compared byte by byte, {TID} instant in UTC.
CREATE TABLE kjoring_stans (
    kjoring_id {T} NOT NULL, nr INTEGER NOT NULL, feil {T} NOT NULL, tid {TID} NOT NULL,
    CONSTRAINT pk_kjoring_stans PRIMARY KEY (kjoring_id, nr),
    CONSTRAINT ck_kjoring_stans_nr CHECK (nr > 0),
    CONSTRAINT ck_kjoring_stans_feil CHECK (length(trim(feil)) > 0),
    CONSTRAINT fk_kjoring_stans_kjoring_id FOREIGN KEY(kjoring_id) REFERENCES kjoring (kjoring_id)
);
