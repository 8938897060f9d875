-- How often each number occurs of which a percentile is told, by cell (docs/adr/0071). All of
-- them are there, so that any percentile is exact, and a number can be taken out again.
CREATE TABLE indicators_spread (
    series_id integer NOT NULL REFERENCES indicators_series ON DELETE CASCADE,
    node_id   uuid    NOT NULL,
    own       boolean NOT NULL,
    stretch   text    NOT NULL CHECK (stretch IN ('month', 'quarter', 'year', 'ever')),
    first     date    NOT NULL,
    measured  numeric NOT NULL,
    n         integer NOT NULL CHECK (n > 0),
    PRIMARY KEY (series_id, node_id, own, stretch, first, measured)
) WITH (fillfactor = 80);
