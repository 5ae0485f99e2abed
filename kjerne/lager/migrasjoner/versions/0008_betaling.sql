-- Revision 0008. {T} text compared byte by byte, {TID} instant in UTC. Lines with typeof() are for SQLite only.
DROP TABLE bunt_hendelse;
DROP TABLE bunt_linje;
CREATE TABLE bunt_overgang (
    handling {T} NOT NULL, fra {T} NOT NULL, til {T} NOT NULL,
    CONSTRAINT pk_bunt_overgang PRIMARY KEY (handling, fra)
);
CREATE TABLE bunt_hendelse (
    bunt_id {T} NOT NULL, nr INTEGER NOT NULL, handling {T} NOT NULL, tilstand {T} NOT NULL, av {T} NOT NULL, person {T} NOT NULL,
    innhold_sha256 {T} NOT NULL, fil_sha256 {T}, grunn {T}, tid {TID} NOT NULL,
    CONSTRAINT pk_bunt_hendelse PRIMARY KEY (bunt_id, nr),
    CONSTRAINT ck_bunt_hendelse_fil_sha256 CHECK ((handling = 'send') = (fil_sha256 IS NOT NULL)),
    CONSTRAINT ck_bunt_hendelse_grunn CHECK (handling NOT IN ('avvis', 'trekk', 'stans') OR length(trim(coalesce(grunn, ''))) > 0),
    CONSTRAINT ck_bunt_hendelse_av CHECK (length(trim(av)) > 0),
    CONSTRAINT fk_bunt_hendelse_bunt_id FOREIGN KEY(bunt_id) REFERENCES bunt (bunt_id)
);
CREATE INDEX ix_bunt_hendelse_tilstand_bunt_id ON bunt_hendelse (tilstand, bunt_id);
CREATE TABLE bunt_linje (
    linje_id {T} NOT NULL, forsok INTEGER NOT NULL, bunt_id {T} NOT NULL, konto {T} NOT NULL, ende_til_ende_id {T} NOT NULL,
    CONSTRAINT pk_bunt_linje PRIMARY KEY (linje_id, forsok),
    CONSTRAINT uq_bunt_linje_ende_til_ende_id UNIQUE (ende_til_ende_id),
    CONSTRAINT ck_bunt_linje_ende_til_ende_id CHECK (length(ende_til_ende_id) <= 35),
    CONSTRAINT ck_bunt_linje_forsok CHECK (forsok > 0),
    CONSTRAINT fk_bunt_linje_linje_id FOREIGN KEY(linje_id) REFERENCES linje (linje_id),
    CONSTRAINT fk_bunt_linje_bunt_id FOREIGN KEY(bunt_id) REFERENCES bunt (bunt_id)
);
CREATE INDEX ix_bunt_linje_bunt_id_linje_id ON bunt_linje (bunt_id, linje_id);
CREATE TABLE ny_betaling (
    linje_id {T} NOT NULL, forsok INTEGER NOT NULL, konto {T} NOT NULL, grunn {T} NOT NULL, av {T} NOT NULL, tid {TID} NOT NULL,
    CONSTRAINT pk_ny_betaling PRIMARY KEY (linje_id, forsok),
    CONSTRAINT ck_ny_betaling_forsok CHECK (forsok > 1),
    CONSTRAINT ck_ny_betaling_grunn CHECK (length(trim(grunn)) > 0),
    CONSTRAINT ck_ny_betaling_av CHECK (length(trim(av)) > 0),
    CONSTRAINT fk_ny_betaling_linje_id FOREIGN KEY(linje_id) REFERENCES linje (linje_id)
);
CREATE TABLE betalingsavtrykk (
    avtrykk {T} NOT NULL, nr INTEGER NOT NULL, linje_id {T} NOT NULL,
    CONSTRAINT pk_betalingsavtrykk PRIMARY KEY (avtrykk, nr),
    CONSTRAINT uq_betalingsavtrykk_linje_id UNIQUE (linje_id),
    CONSTRAINT ck_betalingsavtrykk_nr CHECK (nr > 0),
    CONSTRAINT fk_betalingsavtrykk_linje_id FOREIGN KEY(linje_id) REFERENCES linje (linje_id)
);
CREATE TABLE stopp (
    nr INTEGER NOT NULL, omfang {T} NOT NULL, handling {T} NOT NULL, grunn {T} NOT NULL, av {T} NOT NULL, tid {TID} NOT NULL,
    CONSTRAINT pk_stopp PRIMARY KEY (nr),
    CONSTRAINT ck_stopp_nr CHECK (nr > 0),
    CONSTRAINT ck_stopp_handling CHECK (handling IN ('stopp', 'foresla_start', 'start')),
    CONSTRAINT ck_stopp_grunn CHECK (length(trim(grunn)) > 0),
    CONSTRAINT ck_stopp_av CHECK (length(trim(av)) > 0)
);
CREATE INDEX ix_stopp_omfang_nr ON stopp (omfang, nr);
CREATE TABLE reservasjon (
    bunt_id {T} NOT NULL, ramme {T} NOT NULL, nokkel {T} NOT NULL, belop_ore BIGINT NOT NULL, grense_ore BIGINT NOT NULL,
    CONSTRAINT pk_reservasjon PRIMARY KEY (bunt_id, ramme),
    CONSTRAINT ck_reservasjon_ramme CHECK (ramme IN ('dag', 'bevilgning')),
    CONSTRAINT ck_reservasjon_belop_ore_heltall CHECK (typeof(belop_ore) = 'integer'),
    CONSTRAINT ck_reservasjon_grense_ore_heltall CHECK (typeof(grense_ore) = 'integer'),
    CONSTRAINT ck_reservasjon_belop_ore CHECK (belop_ore > 0 AND belop_ore <= grense_ore),
    CONSTRAINT fk_reservasjon_bunt_id FOREIGN KEY(bunt_id) REFERENCES bunt (bunt_id)
);
CREATE INDEX ix_reservasjon_nokkel ON reservasjon (nokkel);
CREATE TABLE bilag (
    bilag_id {T} NOT NULL, ordning {T} NOT NULL, art {T} NOT NULL, objekt {T} NOT NULL, antall INTEGER NOT NULL, dato DATE NOT NULL,
    tid {TID} NOT NULL,
    CONSTRAINT pk_bilag PRIMARY KEY (bilag_id),
    CONSTRAINT ck_bilag_art CHECK (art IN ('disponert', 'trukket', 'sendt', 'oppgjort', 'avvist', 'retur', 'krav', 'innbetalt', 'frafalt')),
    CONSTRAINT ck_bilag_antall CHECK (antall > 1)
);
CREATE INDEX ix_bilag_ordning_objekt ON bilag (ordning, objekt);
CREATE TABLE postering (
    bilag_id {T} NOT NULL, nr INTEGER NOT NULL, konto {T} NOT NULL, klasse {T} NOT NULL, person_id {T}, orgnr {T}, gjelder {T} NOT NULL,
    belop_ore BIGINT NOT NULL,
    CONSTRAINT pk_postering PRIMARY KEY (bilag_id, nr),
    CONSTRAINT ck_postering_konto CHECK (konto IN ('stonad', 'mottaker', 'underveis', 'bank', 'fordring')),
    CONSTRAINT ck_postering_belop_ore_heltall CHECK (typeof(belop_ore) = 'integer'),
    CONSTRAINT ck_postering_belop_ore CHECK (belop_ore <> 0),
    CONSTRAINT fk_postering_bilag_id FOREIGN KEY(bilag_id) REFERENCES bilag (bilag_id) DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE kvitteringsfil (
    fil_sha256 {T} NOT NULL, ordning {T} NOT NULL, filnavn {T} NOT NULL, format {T} NOT NULL, lest INTEGER NOT NULL, nye INTEGER NOT NULL,
    avvik {T} NOT NULL, av {T} NOT NULL, tid {TID} NOT NULL,
    CONSTRAINT pk_kvitteringsfil PRIMARY KEY (fil_sha256),
    CONSTRAINT ck_kvitteringsfil_av CHECK (length(trim(av)) > 0)
);
CREATE TABLE kvittering (
    kvittering_id {T} NOT NULL, fil_sha256 {T} NOT NULL, melding_id {T} NOT NULL, bunt_id {T} NOT NULL, nivaa {T} NOT NULL,
    ende_til_ende_id {T} NOT NULL, gruppe {T} NOT NULL, status {T} NOT NULL, grunner {T} NOT NULL, tekst {T} NOT NULL, tid {TID} NOT NULL,
    CONSTRAINT pk_kvittering PRIMARY KEY (kvittering_id),
    CONSTRAINT ck_kvittering_nivaa CHECK (nivaa IN ('melding', 'gruppe', 'linje')),
    CONSTRAINT ck_kvittering_linje CHECK ((nivaa = 'linje') = (ende_til_ende_id <> '')),
    CONSTRAINT fk_kvittering_fil_sha256 FOREIGN KEY(fil_sha256) REFERENCES kvitteringsfil (fil_sha256),
    CONSTRAINT fk_kvittering_bunt_id FOREIGN KEY(bunt_id) REFERENCES bunt (bunt_id)
);
CREATE INDEX ix_kvittering_bunt_id_ende_til_ende_id ON kvittering (bunt_id, ende_til_ende_id);
CREATE TABLE linjestand (
    ende_til_ende_id {T} NOT NULL, nr INTEGER NOT NULL, stand {T} NOT NULL, kvittering_id {T}, tid {TID} NOT NULL,
    CONSTRAINT pk_linjestand PRIMARY KEY (ende_til_ende_id, nr),
    CONSTRAINT ck_linjestand_stand CHECK (stand IN ('oppgjort', 'avvist', 'retur', 'motstrid')),
    CONSTRAINT fk_linjestand_ende_til_ende_id FOREIGN KEY(ende_til_ende_id) REFERENCES bunt_linje (ende_til_ende_id)
);
CREATE TABLE avstemming (
    avstemming_id {T} NOT NULL, ordning {T} NOT NULL, nr INTEGER NOT NULL, dato DATE NOT NULL, bunter INTEGER NOT NULL, avvik INTEGER NOT NULL,
    innhold {T} NOT NULL, av {T} NOT NULL, tid {TID} NOT NULL,
    CONSTRAINT pk_avstemming PRIMARY KEY (avstemming_id),
    CONSTRAINT uq_avstemming_ordning_nr UNIQUE (ordning, nr),
    CONSTRAINT ck_avstemming_av CHECK (length(trim(av)) > 0)
);
