-- The conversation log: what happened in each conversation, in order, and how far it goes.
--
--   history_head     one row per conversation: its highest seq and what is known of the whole; locking this
--                    row is what serialises the appends of a conversation
--   history_entry    the entries; a page of a conversation is one range scan of the primary key
--   history_sent     the idempotency keys of appends, which outlive their entries; keys that begin with the
--                    byte 0xFF are internal (never valid UTF-8) and belong to appends without a client id
--   history_dataset  one row: the constant id of this data set, and the key of the body MACs
--
-- Times are milliseconds since 1970 UTC by the database's own clock. ${bytes} is the type of up to 65,535
-- raw bytes: blob on MariaDB and MySQL, varbinary(65535) on H2.

create table history_head (
    conversation bigint not null,
    head bigint not null,
    messages bigint not null,
    floor bigint not null,
    members_version bigint not null,
    mutated_seq bigint not null,
    time bigint not null,
    changed_at bigint not null,
    primary key (conversation),
    key history_head_changed (changed_at)
) engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin;

create table history_entry (
    conversation bigint not null,
    seq bigint not null,
    kind smallint not null,
    author bigint not null,
    client_id varbinary(64),
    target bigint not null,
    time bigint not null,
    messages bigint not null,
    detail ${bytes} not null,
    body ${bytes} not null,
    primary key (conversation, seq)
) engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin;

-- seq and time are those of the append's last entry; batch is a random number of the transaction that wrote
-- the row, so that a node can find out whether its own commit happened.
create table history_sent (
    conversation bigint not null,
    author bigint not null,
    client_id varbinary(64) not null,
    seq bigint not null,
    time bigint not null,
    batch bigint not null,
    body_mac varbinary(16) not null,
    primary key (conversation, author, client_id)
) engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin;

create table history_dataset (
    id smallint not null,
    epoch varchar(16) not null,
    body_mac_key varbinary(32) not null,
    created_at bigint not null,
    primary key (id)
) engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin;
