package parley.verify;

import java.sql.Connection;
import java.sql.SQLException;

/// Connections to the database that the checked installation uses.
@FunctionalInterface
public interface SqlSource {
    Connection open() throws SQLException;
}
