package parley.history.internal.lane;

import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import parley.history.Entry;
import parley.history.internal.lane.Revisions.Found;
import parley.history.internal.lane.Revisions.Position;
import parley.history.internal.lane.Revisions.ReactionKey;
import parley.history.internal.lane.Revisions.Wanted;
import parley.history.internal.store.EntryRow;
import parley.history.internal.store.RevisionCodec;

/// The statements by which a batch reads and writes changed messages, on the lane's connection, under
/// the heads' locks. All go by primary key. For the lane's thread.
final class RevisionRows {
    private static final int POINTS_MAX = 64;

    private static final String REACTION_POINT = "conversation, target, account, emoji from history_reaction"
            + " where conversation = ? and target = ? and account = ? and emoji = ?";
    private static final String EDITS_POINT =
            "conversation, target, seq from history_edit where conversation = ? and target = ?";
    private static final String CHANGE =
            "update history_entry set detail = ?, body = ?, revision = ? where conversation = ? and seq = ?";
    private static final String ERASE_EDIT = "update history_entry set body = ? where conversation = ? and seq = ?";
    private static final String ERASE_MAC =
            "update history_sent set body_mac = ? where conversation = ? and author = ? and client_id = ?";
    private static final String ADD_EDIT = "insert into history_edit (conversation, target, seq) values (?, ?, ?)";
    private static final String DROP_EDITS = "delete from history_edit where conversation = ? and target = ?";
    private static final String ADD_REACTION = "insert into history_reaction (conversation, target, account, emoji)"
            + " values (?, ?, ?, ?) on duplicate key update emoji = values(emoji)";
    private static final String DROP_REACTION =
            "delete from history_reaction" + " where conversation = ? and target = ? and account = ? and emoji = ?";
    private static final String DROP_REACTIONS = "delete from history_reaction where conversation = ? and target = ?";

    private static final byte[] NOTHING = {};

    private final LaneSession session;

    RevisionRows(LaneSession session) {
        this.session = session;
    }

    private interface Binder<T> {
        /// Sets the parameters of one row or point, behind the first `before` ones.
        void bind(PreparedStatement at, int before, T value) throws SQLException;
    }

    private interface Taker {
        void take(ResultSet row) throws SQLException;
    }

    Revisions read(Wanted wanted) throws SQLException {
        return wanted.isNothing() ? Revisions.NONE : new Revisions(found(wanted));
    }

    private Found found(Wanted wanted) throws SQLException {
        Map<Position, Entry> targets = new HashMap<>();
        points(EntryRow.points(1), 2, wanted.targets(), RevisionRows::bindPosition, row -> {
            Entry entry = EntryRow.read(row);
            Entry unused = targets.put(Position.of(entry), entry);
        });
        Set<ReactionKey> reactions = new HashSet<>();
        points(REACTION_POINT, 4, wanted.reactions(), RevisionRows::bindReaction, row -> {
            Position target = new Position(row.getLong(1), row.getLong(2));
            String emoji = new String(row.getBytes(4), StandardCharsets.UTF_8);
            boolean unused = reactions.add(new ReactionKey(target, row.getLong(3), emoji));
        });
        Map<Position, Set<Long>> edits = new HashMap<>();
        points(EDITS_POINT, 2, wanted.recalled(), RevisionRows::bindPosition, row -> {
            Position target = new Position(row.getLong(1), row.getLong(2));
            boolean unused =
                    edits.computeIfAbsent(target, key -> new HashSet<>()).add(row.getLong(3));
        });
        return new Found(targets, reactions, edits);
    }

    /// One statement for up to 64 points, each of `columns` parameters; what is over the number of
    /// values repeats the last one, and is taken again to no effect.
    private <T> void points(String point, int columns, Collection<T> all, Binder<T> binder, Taker taker)
            throws SQLException {
        List<T> values = List.copyOf(all);
        for (int from = 0; from < values.size(); from += POINTS_MAX) {
            List<T> some = values.subList(from, Math.min(values.size(), from + POINTS_MAX));
            int slots = some.size() == 1 ? 1 : Integer.highestOneBit(some.size() - 1) << 1;
            PreparedStatement select =
                    session.prepare("select " + String.join(" union all select ", Collections.nCopies(slots, point)));
            for (int i = 0; i < slots; i++) {
                binder.bind(select, i * columns, some.get(Math.min(i, some.size() - 1)));
            }
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    taker.take(rows);
                }
            }
        }
    }

    /// Writes what `revisions` changes; the entries of the batch and their keys are there already.
    void write(Revisions revisions) throws SQLException {
        if (revisions.changesNothing()) {
            return;
        }
        batch(CHANGE, revisions.changed(), RevisionRows::bindChange);
        batch(ADD_EDIT, revisions.newEdits(), (at, before, edit) -> {
            at.setLong(1, edit.conversation().value());
            at.setLong(2, edit.target());
            at.setLong(3, edit.seq());
        });
        List<ReactionKey> came = new ArrayList<>();
        List<ReactionKey> went = new ArrayList<>();
        revisions.reactions().forEach((key, on) -> (on ? came : went).add(key));
        batch(ADD_REACTION, came, RevisionRows::bindReaction);
        batch(DROP_REACTION, went, RevisionRows::bindReaction);
        if (!revisions.recalled().isEmpty()) {
            erase(revisions);
        }
    }

    private void erase(Revisions revisions) throws SQLException {
        batch(ERASE_EDIT, revisions.erasedEdits(), (at, before, position) -> {
            at.setBytes(1, NOTHING);
            bindPosition(at, 1, position);
        });
        List<Position> recalled =
                revisions.recalled().stream().map(Position::of).toList();
        batch(DROP_EDITS, recalled, RevisionRows::bindPosition);
        batch(DROP_REACTIONS, recalled, RevisionRows::bindPosition);
        List<Entry> keyed = revisions.recalled().stream()
                .filter(message -> message.clientId() != null)
                .toList();
        batch(ERASE_MAC, keyed, (at, before, message) -> {
            at.setBytes(1, NOTHING);
            at.setLong(2, message.conversation().value());
            at.setLong(3, message.author().value());
            at.setBytes(4, KeyMaker.storedBytes(message.clientId()));
        });
    }

    private <T> void batch(String sql, List<T> values, Binder<T> binder) throws SQLException {
        if (values.isEmpty()) {
            return;
        }
        PreparedStatement statement = session.prepare(sql);
        statement.clearBatch();
        for (T value : values) {
            binder.bind(statement, 0, value);
            statement.addBatch();
        }
        int[] unused = statement.executeBatch();
    }

    private static void bindChange(PreparedStatement at, int before, Entry entry) throws SQLException {
        at.setBytes(1, entry.detail());
        at.setBytes(2, EntryRow.body(entry));
        at.setBytes(3, RevisionCodec.encode(entry.revision()));
        bindPosition(at, 3, Position.of(entry));
    }

    private static void bindPosition(PreparedStatement at, int before, Position position) throws SQLException {
        at.setLong(before + 1, position.conversation());
        at.setLong(before + 2, position.seq());
    }

    private static void bindReaction(PreparedStatement at, int before, ReactionKey key) throws SQLException {
        bindPosition(at, before, key.target());
        at.setLong(before + 3, key.account());
        at.setBytes(before + 4, key.emoji().getBytes(StandardCharsets.UTF_8));
    }
}
