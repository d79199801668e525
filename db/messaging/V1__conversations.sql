-- Conversations and their members. Written and read by the messaging module alone.
--
--   messaging_conversation  what a conversation is: its kind, title and options; written with its first entry
--   messaging_member        who is in it, keyed by conversation: the truth, versioned by members_version of
--                           the conversation's head, and changed only in the transaction of a member entry
--   messaging_membership    the same keyed by account, with the read marker: what lists and connects read;
--                           written in the same transaction; rows of former members are kept for 30 days
--   messaging_created       which conversation a request to create one led to: idempotency per account
--   messaging_direct        the one direct conversation of a pair of accounts
--
-- member_at and changed_at are milliseconds since 1970 UTC by the database's own clock.

create table messaging_conversation (
    conversation bigint       not null,
    -- 1 direct, 2 group
    kind         smallint     not null,
    -- empty for a direct one; up to 64 characters, which H2 counts in UTF-16 units
    title        varchar(128) not null,
    -- from where a newcomer reads: 1 from the own member entry, 2 from the first entry
    history_for  smallint     not null,
    -- seq of the last entry of the append that founded it
    founded_seq  bigint       not null,
    -- the two accounts of a direct conversation, the smaller id first; 0 for a group
    low          bigint       not null,
    high         bigint       not null,
    primary key (conversation)
) engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin;

create table messaging_member (
    conversation bigint   not null,
    account      bigint   not null,
    -- 1 owner, 2 admin, 3 member
    role         smallint not null,
    -- seq of the entry that added the member: the smallest is the oldest member
    since        bigint   not null,
    visible_from bigint   not null,
    primary key (conversation, account)
) engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin;

create table messaging_membership (
    account       bigint   not null,
    conversation  bigint   not null,
    -- 1 member, 2 former member
    state         smallint not null,
    role          smallint not null,
    visible_from  bigint   not null,
    -- the read marker, and the number of messages up to it
    read_seq      bigint   not null,
    read_messages bigint   not null,
    -- when this row changed, but for the marker that a member's own message moves
    changed_at    bigint   not null,
    -- when the account became a member, ceased to be one or got another role
    member_at     bigint   not null,
    primary key (account, conversation),
    key messaging_membership_member_at (member_at)
) engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin;

create table messaging_created (
    account      bigint        not null,
    client_id    varbinary(64) not null,
    conversation bigint        not null,
    -- SHA-256 of what was asked for: the same id for something else is an error
    request      varbinary(32) not null,
    created_at   bigint        not null,
    primary key (account, client_id),
    key messaging_created_created_at (created_at)
) engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin;

create table messaging_direct (
    low          bigint not null,
    high         bigint not null,
    conversation bigint not null,
    primary key (low, high)
) engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin;
