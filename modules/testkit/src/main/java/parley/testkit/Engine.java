package parley.testkit;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import parley.kernel.Dialect;

/// The database engines that store tests run on.
public enum Engine {
    H2(Dialect.H2),
    MARIADB(Dialect.MARIADB),
    MYSQL80(Dialect.MYSQL);

    private final Dialect dialect;

    Engine(Dialect dialect) {
        this.dialect = dialect;
    }

    public Dialect dialect() {
        return dialect;
    }

    /// The engines of this run: system property `parley.engine`, a comma-separated list of `h2`,
    /// `mariadb`, `mysql80`; H2 and MariaDB when it is empty.
    public static List<Engine> selected() {
        String stated = System.getProperty("parley.engine", "").strip();
        if (stated.isEmpty()) {
            return List.of(H2, MARIADB);
        }
        return Arrays.stream(stated.split(",", -1))
                .map(name -> valueOf(name.strip().toUpperCase(Locale.ROOT)))
                .toList();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
