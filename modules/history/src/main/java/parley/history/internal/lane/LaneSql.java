package parley.history.internal.lane;

import java.util.Collections;
import parley.kernel.Dialect;

/// The statements of a lane. The tables are those of `db/history`; what differs by engine is the hint
/// that keeps the optimiser from scanning (and so locking) a whole index, and the clock.
public final class LaneSql {
    static final String ENTRY_INSERT = "insert into history_entry"
            + " (conversation, seq, kind, author, client_id, target, time, messages, detail, body) values ";
    static final String ENTRY_ROW = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    static final String SENT_INSERT =
            "insert into history_sent (conversation, author, client_id, seq, time, batch, body_mac) values ";
    static final String SENT_ROW = "(?, ?, ?, ?, ?, ?, ?)";
    static final String HEAD_INSERT = "insert into history_head"
            + " (conversation, head, messages, floor, members_version, mutated_seq, time, changed_at) values ";
    static final String HEAD_UPDATE = " on duplicate key update head = values(head), messages = values(messages),"
            + " members_version = values(members_version), mutated_seq = values(mutated_seq),"
            + " time = values(time), changed_at = values(changed_at)";

    private final Dialect dialect;

    public LaneSql(Dialect dialect) {
        this.dialect = dialect;
    }

    /// Locks the heads of `count` conversations, given ascending, by points of the primary key. Returns
    /// their columns and the database's time.
    public String lockHeads(int count) {
        return "select conversation, head, messages, floor, members_version, mutated_seq, time, "
                + dialect.nowMillis() + " from history_head" + byPrimaryKey() + " where conversation in ("
                + list("?", count) + ") order by conversation for update";
    }

    /// Makes the heads of `first` appends, and locks them where they exist already.
    String createHeadRow() {
        return "(?, 0, 0, 0, 0, 0, 0, " + dialect.nowMillis() + ")";
    }

    static String createHeadUpdate() {
        return " on duplicate key update conversation = values(conversation)";
    }

    String headRow() {
        return "(?, ?, ?, ?, ?, ?, ?, " + dialect.nowMillis() + ")";
    }

    /// What is known of `count` keys.
    public String knownKeys(int count) {
        String columns = "select conversation, author, client_id, seq, time, body_mac, batch from history_sent";
        return dialect == Dialect.H2
                ? columns + " where conversation = ? and author = ? and client_id = ?"
                : columns + byPrimaryKey() + " where (conversation, author, client_id) in (" + list("(?, ?, ?)", count)
                        + ")";
    }

    /// How many keys one look-up statement takes.
    int keysPerLookUp() {
        return dialect == Dialect.H2 ? 1 : 128;
    }

    static String list(String element, int count) {
        return String.join(", ", Collections.nCopies(count, element));
    }

    private String byPrimaryKey() {
        return dialect == Dialect.H2 ? "" : " force index (primary)";
    }
}
