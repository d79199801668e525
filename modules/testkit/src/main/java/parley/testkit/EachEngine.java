package parley.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ArgumentsSource;

/// Runs a test class once on each selected engine, each time with a database of its own that holds the
/// tables of the named modules; it is dropped after the class. The constructor takes the database:
///
/// ```java
/// @EachEngine("history")
/// final class SqlHistoryIT {
///     private final Database database;
///
///     SqlHistoryIT(TestDatabase database) {
///         this.database = database.database();
///     }
///
///     @Test
///     void anAppendedEntryIsRead() { ... }
/// }
/// ```
///
/// JUnit makes one instance per test method; all methods of a class on one engine share the database, so
/// a test uses its own accounts and conversations, as in production.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(LeakChecker.class)
@ParameterizedClass(name = "{0}")
@ArgumentsSource(EngineDatabases.class)
public @interface EachEngine {
    /// Modules whose migrations are applied, in this order: `accounts`, `history`, `messaging`.
    String[] value();
}
