-- Whom people do not want to hear from. Written and read by the accounts module alone.
--
-- accounts_block   `account` blocks `blocked`; since is milliseconds since 1970 UTC by the node's clock

create table accounts_block (
    account bigint not null,
    blocked bigint not null,
    since   bigint not null,
    primary key (account, blocked)
) default charset = utf8mb4 collate = utf8mb4_bin;
create index accounts_block_blocked on accounts_block (blocked);
