-- When people were last here. Written and read by the accounts module alone, apart from the account so
-- that it is in the way of nothing else.
--
-- accounts_seen   when the last session of an account ended; no row: not known. Written behind, in bulk,
--                 some seconds late; a node that dies loses what it had not written

create table accounts_seen (
    account bigint not null primary key,
    -- milliseconds since 1970 UTC by the node's clock; never goes back
    seen_at bigint not null
) default charset = utf8mb4 collate = utf8mb4_bin;
