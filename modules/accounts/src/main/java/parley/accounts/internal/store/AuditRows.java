package parley.accounts.internal.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import parley.accounts.Administration.Audit;
import parley.kernel.IdSource;

/// `accounts_audit`: who changed what. Lines are only added.
public final class AuditRows {
    private final IdSource ids;

    public AuditRows(IdSource ids) {
        this.ids = ids;
    }

    /// Adds a line in the transaction of the change that it tells of. Text that is too long is cut.
    public void add(Connection connection, long nowMillis, String actor, String action, String target, String detail)
            throws SQLException {
        int unused = Sql.update(
                connection,
                "insert into accounts_audit (id, done_at, actor, action, target, detail) values (?, ?, ?, ?, ?, ?)",
                ids.next(),
                nowMillis,
                cut(actor, 300),
                cut(action, 64),
                cut(target, 300),
                cut(detail, 4000));
    }

    /// Newest first, below the id `before`.
    public static List<Audit> list(Connection connection, long before, int limit) throws SQLException {
        return Sql.query(
                connection,
                "select id, done_at, actor, action, target, detail from accounts_audit where id < ?"
                        + " order by id desc limit ?",
                row -> new Audit(
                        row.getLong(1),
                        Times.instant(row.getLong(2)),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5),
                        row.getString(6)),
                before,
                limit);
    }

    private static String cut(String text, int codePointsMax) {
        return text.codePointCount(0, text.length()) <= codePointsMax
                ? text
                : text.substring(0, text.offsetByCodePoints(0, codePointsMax));
    }
}
