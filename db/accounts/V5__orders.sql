-- What an operator told one node and another one must do. Written and read by the accounts module alone.
--
-- accounts_order   an order; nodes poll it by ordered_at, with overlap. Rows are removed an hour later: a node that
--                  was away for longer has no session left
--
-- ordered_at is milliseconds since 1970 UTC by the database's clock.

create table accounts_order (
    id         bigint       not null primary key,
    -- 1: end a session, 2: drain a node; a node passes over what it does not know
    kind       smallint     not null,
    -- the id of the session, the name of the node
    target     varchar(256) not null,
    ordered_at bigint       not null
) default charset = utf8mb4 collate = utf8mb4_bin;
create index accounts_order_ordered_at on accounts_order (ordered_at);
