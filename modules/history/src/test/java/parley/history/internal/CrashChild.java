package parley.history.internal;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.flywaydb.core.Flyway;
import parley.history.Append;
import parley.history.AppendResult.Appended;
import parley.history.NewEntry;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Database;
import parley.kernel.Dialect;
import parley.testkit.Checkout;
import parley.testkit.TestDatabase;

/// A process that appends to an embedded log until it is killed, and prints each acknowledgement:
/// `acked`, conversation, seq, body. Argument: the database's file.
final class CrashChild {
    private static final int CONVERSATIONS = 4;
    private static final int IN_FLIGHT = 8;

    private CrashChild() {}

    public static void main(String[] arguments) {
        HikariDataSource pool = open(Path.of(arguments[0]));
        Object unused = Flyway.configure()
                .dataSource(pool)
                .locations("filesystem:" + Checkout.root().resolve("db/history"))
                .table("history_migrations")
                .placeholders(Map.of("bytes", "varbinary(65535)"))
                .load()
                .migrate();
        TestLog log = new TestLog(new Database(pool, Dialect.H2));
        log.ports.keeps = false;
        for (int i = 0; i < CONVERSATIONS; i++) {
            ConversationId conversation = log.created();
            Thread unusedThread = Thread.ofPlatform().start(() -> send(log, conversation));
        }
    }

    static HikariDataSource open(Path file) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(TestDatabase.h2Url(file));
        config.setUsername("sa");
        config.setPassword("");
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        return new HikariDataSource(config);
    }

    private static void send(TestLog log, ConversationId conversation) {
        AccountId author = TestLog.newAccount();
        Semaphore inFlight = new Semaphore(IN_FLIGHT);
        for (int i = 0; ; i++) {
            inFlight.acquireUninterruptibly();
            String body = "b" + i;
            Append append = new Append(
                    conversation,
                    author,
                    "k" + i,
                    1,
                    false,
                    new TestLog.Want("send"),
                    List.of(NewEntry.message(TestLog.bytes(body))));
            log.history.append(append, result -> {
                inFlight.release();
                if (result instanceof Appended appended) {
                    System.out.println("acked " + conversation + " " + appended.seq() + " " + body);
                }
            });
        }
    }
}
