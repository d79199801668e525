-- Messages that change: the current state of a message stands in its own row, beside the entries that made it.
--
--   history_entry.revision  what edits, a recall and reactions made of a message, as RevisionCodec writes it;
--                           null = nothing. The body of the row is the current one; of a recalled message it
--                           is {}. An edit's row whose message was recalled has an empty body.
--   history_edit            which entries edited a message, so that a recall finds the bodies they hold
--   history_reaction        who reacted with what to a message; the counts stand in the message's revision
--
-- The body_mac of a recalled message in history_sent is empty: its id answers the first numbers for any body.

alter table history_entry add column revision ${bytes};

create table history_edit (
    conversation bigint not null,
    target bigint not null,
    seq bigint not null,
    primary key (conversation, target, seq)
) engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin;

create table history_reaction (
    conversation bigint not null,
    target bigint not null,
    account bigint not null,
    emoji varbinary(32) not null,
    primary key (conversation, target, account, emoji)
) engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin;
