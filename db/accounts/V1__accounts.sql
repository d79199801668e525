-- Who a person is. Written and read by the accounts module alone.
--
-- accounts_account      a person or bot; handle is unique and never changes
-- accounts_device       one installation of an account; signed out = signed_out_at is set
-- accounts_refresh      the refresh tokens of a device as one family: hashes only
-- accounts_revocation   devices signed out while an access token of theirs may still be in time; nodes poll it
-- accounts_ban          the last ban of an account; until_at null = for good, lifted = 1: over; nodes poll it
-- accounts_signing_key  keys that sign access tokens; the newest whose signs_from has come signs
-- accounts_api_key      keys of back ends and operators: hashes only
-- accounts_audit        who changed what, ordered by id
--
-- All times are milliseconds since 1970 UTC. changed_at is taken from the database's clock, all others
-- from the node's. Hashes are SHA-256 of 256 random bits, so they need no salt.

create table accounts_account (
    id           bigint       not null primary key,
    handle       varchar(32)  not null,
    display_name varchar(256) not null,
    -- PHC string of Argon2id; null: no password, this account cannot sign in by one
    password     varchar(256),
    created_at   bigint       not null,
    -- names the load test that made this account; null for people
    batch        varchar(32)
) default charset = utf8mb4 collate = utf8mb4_bin;
create unique index accounts_account_handle on accounts_account (handle);
create index accounts_account_batch on accounts_account (batch, id);

create table accounts_device (
    id            bigint       not null primary key,
    account       bigint       not null,
    name          varchar(256) not null,
    created_at    bigint       not null,
    -- when it last got an access token, and when that one is over
    seen_at       bigint       not null,
    token_until   bigint       not null,
    -- when its refresh token is over; equals token_until for a device that has none
    refresh_until bigint       not null,
    signed_out_at bigint
) default charset = utf8mb4 collate = utf8mb4_bin;
create index accounts_device_account on accounts_device (account, id);
create index accounts_device_refresh_until on accounts_device (refresh_until);

create table accounts_refresh (
    device     bigint        not null primary key,
    account    bigint        not null,
    -- hash of the half that all refresh tokens of this device share
    family     varbinary(32) not null,
    -- hash of the half that is new in each; another one in the same family was used before
    latest     varbinary(32) not null,
    generation bigint        not null
) default charset = utf8mb4 collate = utf8mb4_bin;
create unique index accounts_refresh_family on accounts_refresh (family);

create table accounts_revocation (
    device     bigint not null primary key,
    account    bigint not null,
    until_at   bigint not null,
    changed_at bigint not null
) default charset = utf8mb4 collate = utf8mb4_bin;
create index accounts_revocation_changed_at on accounts_revocation (changed_at);
create index accounts_revocation_until_at on accounts_revocation (until_at);

create table accounts_ban (
    account    bigint        not null primary key,
    reason     varchar(2000) not null,
    since      bigint        not null,
    until_at   bigint,
    lifted     smallint      not null,
    changed_at bigint        not null
) default charset = utf8mb4 collate = utf8mb4_bin;
create index accounts_ban_changed_at on accounts_ban (changed_at);

create table accounts_signing_key (
    -- 1, 2, 3 ...: two nodes that make the first key at once make one
    generation  bigint          not null primary key,
    kid         varchar(43)     not null,
    -- X.509 and PKCS #8, DER
    public_key  varbinary(2000) not null,
    private_key varbinary(4000) not null,
    created_at  bigint          not null,
    signs_from  bigint          not null,
    -- when the last token that it signed is over; null while it may sign
    good_until  bigint
) default charset = utf8mb4 collate = utf8mb4_bin;

create table accounts_api_key (
    name       varchar(256)  not null primary key,
    hash       varbinary(32) not null,
    -- names separated by single spaces, sorted
    scopes     varchar(1000) not null,
    created_at bigint        not null
) default charset = utf8mb4 collate = utf8mb4_bin;
create unique index accounts_api_key_hash on accounts_api_key (hash);

create table accounts_audit (
    id     bigint        not null primary key,
    done_at bigint       not null,
    actor  varchar(300)  not null,
    action varchar(64)   not null,
    target varchar(300)  not null,
    detail varchar(4000) not null
) default charset = utf8mb4 collate = utf8mb4_bin;
