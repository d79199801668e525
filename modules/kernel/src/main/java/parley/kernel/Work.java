package parley.kernel;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// Statements to run on one connection, inside one transaction that the caller began and will end.
@FunctionalInterface
public interface Work<R extends @Nullable Object> {
    R run(Connection connection) throws SQLException;
}
