package parley.kernel;

/// The database engines that Parley runs on. The SQL is common to all three; what must differ hangs on
/// this value.
public enum Dialect {
    /// H2 in its MySQL mode: the embedded database.
    H2,
    MARIADB,
    MYSQL;

    /// Milliseconds since 1970 UTC on the database's own clock, as an SQL expression that does not
    /// depend on the session's time zone.
    public String nowMillis() {
        return switch (this) {
            case H2 -> "cast(extract(epoch from current_timestamp(3)) * 1000 as bigint)";
            case MARIADB, MYSQL -> "cast(unix_timestamp(now(3)) * 1000 as signed)";
        };
    }
}
