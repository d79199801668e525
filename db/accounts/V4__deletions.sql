-- Accounts that were deleted, and how far the removal of what they left behind has come. Written and read by
-- the accounts module alone. The account's own row is gone, so its handle is free and no name is left.
--
-- accounts_deletion   one row per deleted account, kept for good: it holds no more than numbers. Any node takes up
--                     a row that is not finished and that no node holds
--
-- Times are milliseconds since 1970 UTC; created_at is the account's, by the clock of the node that made
-- it, all others are by the database's own clock.

create table accounts_deletion (
    account     bigint not null primary key,
    created_at  bigint not null,
    deleted_at  bigint not null,
    -- null while there is work left
    finished_at bigint,
    -- a random number of whoever is at work, and until when it is believed to be
    holder      bigint not null,
    held_until  bigint not null,
    -- the last conversation that was searched, and how many traces of the account were removed
    reached     bigint not null,
    removed     bigint not null
) default charset = utf8mb4 collate = utf8mb4_bin;
create index accounts_deletion_finished_at on accounts_deletion (finished_at, deleted_at);
