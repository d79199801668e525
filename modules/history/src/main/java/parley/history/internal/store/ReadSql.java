package parley.history.internal.store;

import java.time.Duration;
import java.util.Collections;
import parley.kernel.Dialect;

/// The statements that only read the log's tables (`db/history`). Each carries its time-out in the form
/// its engine knows; H2 has none in SQL. Points and ranges of primary keys only.
final class ReadSql {
    private final Dialect dialect;
    private final Duration timeout;

    ReadSql(Dialect dialect, Duration timeout) {
        this.dialect = dialect;
        this.timeout = timeout;
    }

    String heads(int count) {
        return select("conversation, head, messages, floor, members_version, mutated_seq, time from history_head"
                + byPrimaryKey() + " where conversation in ("
                + String.join(", ", Collections.nCopies(count, "?")) + ") and head > 0");
    }

    /// Parameters: from and to (inclusive), from and conversation (exclusive) of the last one before, rows.
    String changed() {
        String index = dialect == Dialect.H2 ? "" : " force index (history_head_changed)";
        return select("conversation, head, messages, floor, members_version, mutated_seq, time, changed_at"
                + " from history_head" + index + " where changed_at >= ? and changed_at <= ?"
                + " and (changed_at > ? or conversation > ?) and head > 0"
                + " order by changed_at, conversation limit ?");
    }

    String sent() {
        return select("seq, time, body_mac, batch from history_sent"
                + " where conversation = ? and author = ? and client_id = ?");
    }

    /// Parameters: conversation, after (exclusive), last (inclusive), rows.
    String forward() {
        return select(EntryRow.COLUMNS
                + " from history_entry where conversation = ? and seq > ? and seq <= ? order by seq limit ?");
    }

    /// Parameters: conversation, low (exclusive), high (exclusive), rows.
    String backward() {
        return select(EntryRow.COLUMNS
                + " from history_entry where conversation = ? and seq > ? and seq < ? order by seq desc limit ?");
    }

    /// See [EntryRow#points].
    String points(int count) {
        return select(EntryRow.points(count));
    }

    private String select(String rest) {
        return switch (dialect) {
            case H2 -> "select " + rest;
            case MARIADB -> "set statement max_statement_time = " + timeout.toSeconds() + " for select " + rest;
            case MYSQL -> "select /*+ MAX_EXECUTION_TIME(" + timeout.toMillis() + ") */ " + rest;
        };
    }

    private String byPrimaryKey() {
        return dialect == Dialect.H2 ? "" : " force index (primary)";
    }
}
