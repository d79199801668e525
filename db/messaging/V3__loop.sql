-- The nodes' own loops: proof that what a node commits comes back to it. Written and read by the messaging
-- module alone.
--
--   messaging_loop   one row per node that shares the database with others: `beat` grows by one with every commit
--                    of it. Rows of nodes that are gone are deleted by the others after an hour
--
-- beat_at is milliseconds since 1970 UTC by the database's own clock.

create table messaging_loop (
    -- random, new at every start
    node    bigint not null,
    beat    bigint not null,
    beat_at bigint not null,
    primary key (node),
    key messaging_loop_beat_at (beat_at)
) engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin;
