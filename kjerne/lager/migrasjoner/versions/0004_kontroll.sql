-- Revision 0004. {T} text compared byte by byte, {TID} instant in UTC. Lines with typeof() are for SQLite only.
CREATE TABLE kontrollfunn (
    funn_id {T} NOT NULL, ordning {T} NOT NULL, kontroll {T} NOT NULL, versjon INTEGER NOT NULL, handling {T} NOT NULL,
    modus {T} NOT NULL, linje_id {T}, bunt_id {T}, gruppe {T} NOT NULL, grunn {T} NOT NULL, bevis {T} NOT NULL,
    belop_ore BIGINT NOT NULL, kjoring_id {T} NOT NULL, laget_av {T} NOT NULL, funnet_tid {TID} NOT NULL,
    CONSTRAINT pk_kontrollfunn PRIMARY KEY (funn_id),
    CONSTRAINT ck_kontrollfunn_handling CHECK (handling IN ('STOPP', 'STOPP_BUNT', 'STIKK', 'ETTER')),
    CONSTRAINT ck_kontrollfunn_modus CHECK (modus IN ('skarp', 'skygge')),
    CONSTRAINT ck_kontrollfunn_belop_ore_heltall CHECK (typeof(belop_ore) = 'integer'),
    CONSTRAINT ck_kontrollfunn_objekt CHECK ((linje_id IS NULL) <> (bunt_id IS NULL)),
    CONSTRAINT fk_kontrollfunn_linje_id FOREIGN KEY(linje_id) REFERENCES linje (linje_id),
    CONSTRAINT fk_kontrollfunn_bunt_id FOREIGN KEY(bunt_id) REFERENCES bunt (bunt_id)
);
CREATE INDEX ix_kontrollfunn_ordning_linje_id ON kontrollfunn (ordning, linje_id);
CREATE INDEX ix_kontrollfunn_bunt_id ON kontrollfunn (bunt_id);
CREATE TABLE kontrollbeslutning (
    funn_id {T} NOT NULL, nr INTEGER NOT NULL, beslutning {T} NOT NULL, grunn {T} NOT NULL, av {T} NOT NULL, tid {TID} NOT NULL,
    CONSTRAINT pk_kontrollbeslutning PRIMARY KEY (funn_id, nr),
    CONSTRAINT ck_kontrollbeslutning_beslutning CHECK (beslutning IN ('slipp', 'hold')),
    CONSTRAINT ck_kontrollbeslutning_av CHECK (length(trim(av)) > 0),
    CONSTRAINT ck_kontrollbeslutning_grunn CHECK (length(trim(grunn)) > 0),
    CONSTRAINT fk_kontrollbeslutning_funn_id FOREIGN KEY(funn_id) REFERENCES kontrollfunn (funn_id)
);
