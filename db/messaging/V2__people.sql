-- Mutes, mentions that were not read, and conversations that their member does not see. Written and read by
-- the messaging module alone.
--
--   messaging_member.muted_until  until when a member may not write, in milliseconds since 1970 UTC by the
--                                 database's clock; a time that has passed is as good as 0
--   messaging_mention             one row per message that mentions an account; it counts while its seq is
--                                 above the account's read marker. At most 1,000 per membership; written in
--                                 the transaction of the message, gone when the message is recalled, when the
--                                 membership ends, and when the marker has passed
--   messaging_membership.state    3 as well: a member that does not see the conversation, because it blocks
--                                 the other side of a direct one or whoever brought it into the group

alter table messaging_member add column muted_until bigint default 0 not null;

create table messaging_mention (
    account      bigint not null,
    conversation bigint not null,
    seq          bigint not null,
    primary key (account, conversation, seq),
    key messaging_mention_entry (conversation, seq)
) engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin;
