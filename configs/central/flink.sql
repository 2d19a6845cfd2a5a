-- Flink SQL for the summaries of configs/plant.yaml. The highest revision of a window wins; repeats are dropped by identity.
CREATE TABLE edge_summaries_raw (
  `site`         STRING,
  `device`       STRING,
  `metric`       STRING,
  `pipeline`     STRING,
  `window_start` STRING,
  `window_end`   STRING,
  `revision`     INT,
  `partial`      BOOLEAN,
  `count`        BIGINT,
  `min`          DOUBLE,
  `max`          DOUBLE,
  `mean`         DOUBLE,
  `stddev`       DOUBLE,
  `headers`      MAP<STRING, BYTES> METADATA VIRTUAL,
  `ce_source`    AS DECODE(`headers`['ce_source'], 'UTF-8'),
  `ce_id`        AS DECODE(`headers`['ce_id'], 'UTF-8'),
  `window_time`  AS TO_TIMESTAMP(REPLACE(REPLACE(`window_start`, 'T', ' '), 'Z', '')),
  `arrived`      AS PROCTIME()
) WITH (
  'connector' = 'kafka',
  'topic' = 'edge.summaries',
  'properties.bootstrap.servers' = '127.0.0.1:9092',
  'properties.group.id' = 'edge-summaries',
  'properties.isolation.level' = 'read_committed',
  'scan.startup.mode' = 'earliest-offset',
  'format' = 'json',
  'json.ignore-parse-errors' = 'false'
);

-- Each record once, however often it was delivered.
CREATE VIEW edge_summaries_once AS
SELECT * FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY `ce_source`, `ce_id` ORDER BY `arrived` ASC) AS `copy` FROM edge_summaries_raw
) WHERE `copy` = 1;

-- Each window once: its highest revision. Changes as corrections arrive, so what reads it must take updates.
CREATE VIEW edge_summaries AS
SELECT `site`, `device`, `metric`, `pipeline`, `window_time`, `window_start`, `window_end`, `revision`, `partial`,
       `count`, `min`, `max`, `mean`, `stddev`, `ce_source`
FROM (
  SELECT *, ROW_NUMBER() OVER (
    PARTITION BY `ce_source`, `pipeline`, `site`, `device`, `metric`, `window_start` ORDER BY `revision` DESC) AS `place`
  FROM edge_summaries_once
) WHERE `place` = 1;

-- An hourly roll-up: means are weighted by their counts.
CREATE VIEW edge_hours AS
SELECT `site`, `device`, `metric`, DATE_FORMAT(`window_time`, 'yyyy-MM-dd HH:00:00') AS `hour`,
       SUM(`count`) AS `count`, MIN(`min`) AS `min`, MAX(`max`) AS `max`, SUM(`mean` * `count`) / SUM(`count`) AS `mean`
FROM edge_summaries
GROUP BY `site`, `device`, `metric`, DATE_FORMAT(`window_time`, 'yyyy-MM-dd HH:00:00');
