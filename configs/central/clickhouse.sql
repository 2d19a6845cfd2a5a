-- ClickHouse for the summaries of configs/plant.yaml. The highest revision of a window wins; equal repeats fall together.
CREATE TABLE edge_summaries_queue
(
    site         String,
    device       String,
    metric       String,
    pipeline     String,
    window_start DateTime64(9, 'UTC'),
    window_end   DateTime64(9, 'UTC'),
    revision     UInt32,
    partial      Bool,
    count        UInt64,
    min          Nullable(Float64),
    max          Nullable(Float64),
    mean         Nullable(Float64),
    stddev       Nullable(Float64)
)
ENGINE = Kafka
SETTINGS kafka_broker_list = '127.0.0.1:9092',
         kafka_topic_list = 'edge.summaries',
         kafka_group_name = 'edge-summaries',
         kafka_format = 'JSONEachRow',
         date_time_input_format = 'best_effort',
         input_format_skip_unknown_fields = 1;

-- The sorting key is the identity of a window and `revision` its version: merges keep the highest, and drop repeats of it.
CREATE TABLE edge_summaries
(
    gateway      LowCardinality(String),
    site         LowCardinality(String),
    device       LowCardinality(String),
    metric       LowCardinality(String),
    pipeline     LowCardinality(String),
    window_start DateTime64(9, 'UTC'),
    window_end   DateTime64(9, 'UTC'),
    revision     UInt32,
    partial      Bool,
    count        UInt64,
    min          Nullable(Float64),
    max          Nullable(Float64),
    mean         Nullable(Float64),
    stddev       Nullable(Float64),
    ce_id        String
)
ENGINE = ReplacingMergeTree(revision)
PARTITION BY toYYYYMM(window_start)
ORDER BY (gateway, pipeline, site, device, metric, window_start);

CREATE MATERIALIZED VIEW edge_summaries_feed TO edge_summaries AS
SELECT
    _headers.value[indexOf(_headers.name, 'ce_source')] AS gateway,
    site, device, metric, pipeline, window_start, window_end, revision, partial, count, min, max, mean, stddev,
    _headers.value[indexOf(_headers.name, 'ce_id')] AS ce_id
FROM edge_summaries_queue;

-- Merges happen in the background: read with FINAL to see each window once.
CREATE VIEW edge_hours AS
SELECT site, device, metric, toStartOfHour(window_start) AS hour,
       sum(s.count) AS readings, min(s.min) AS lowest, max(s.max) AS highest, sum(s.mean * s.count) / sum(s.count) AS average
FROM edge_summaries AS s FINAL
GROUP BY site, device, metric, hour;
