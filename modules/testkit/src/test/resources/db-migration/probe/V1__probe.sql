-- A table with the column type that bodies have, to prove that migrations run on every engine.
create table probe_word (
    word varchar(20) not null,
    body ${bytes} not null,
    primary key (word)
);
