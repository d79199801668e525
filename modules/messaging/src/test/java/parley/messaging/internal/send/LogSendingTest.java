package parley.messaging.internal.send;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import parley.history.Admission;
import parley.history.Append;
import parley.history.AppendResult;
import parley.history.Entry;
import parley.history.Head;
import parley.history.History;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Database;
import parley.kernel.Dialect;
import parley.kernel.Probe;
import parley.messaging.SendResult;
import parley.messaging.Sending;
import parley.messaging.internal.member.Denied;
import parley.messaging.internal.member.MemberCache;

/// What a send answers, for each way in which the log and the database may answer.
final class LogSendingTest {
    private static final ConversationId CONVERSATION = new ConversationId(1);
    private static final AccountId ANN = new AccountId(2);

    private final ScriptedLog log = new ScriptedLog();

    @Test
    void everyAnswerOfTheLogHasOneOfItsOwn() throws SQLException {
        // Contract: 111 busy, 1005 outcome unknown, 1001, 1002, 1009; none of them is an exception.
        JdbcDataSource source = new JdbcDataSource();
        source.setURL("jdbc:h2:mem:sends;MODE=MySQL;DATABASE_TO_LOWER=TRUE");
        try (Connection open = source.getConnection()) {
            int unused = open.createStatement()
                    .executeUpdate("create table messaging_member (conversation bigint, account bigint, role int,"
                            + " since bigint, visible_from bigint, muted_until bigint)");
            unused = open.createStatement().executeUpdate("insert into messaging_member values (1, 2, 3, 1, 1, 0)");
            unused = open.createStatement()
                    .executeUpdate(
                            "create table messaging_membership (account bigint, conversation bigint, state int)");
            unused = open.createStatement().executeUpdate("insert into messaging_membership values (2, 1, 1)");
            Database database = new Database(source, Dialect.H2);
            Map.of(
                            new AppendResult.Appended(5, 6), new SendResult.Sent(5, 6, false),
                            new AppendResult.Repeated(5, 6), new SendResult.Sent(5, 6, true),
                            new AppendResult.Busy(), new SendResult.Busy(),
                            new AppendResult.Unknown(), new SendResult.Unknown(),
                            new AppendResult.Failed("e1"), new SendResult.Failed("e1"),
                            new AppendResult.ClientIdReused(), new SendResult.ClientIdReused(),
                            new AppendResult.WrongState(false), new SendResult.NotAMember(),
                            new AppendResult.Refused(Denied.NOT_A_MEMBER), new SendResult.NotAMember(),
                            new AppendResult.Refused(Denied.NOT_PERMITTED), new SendResult.NotPermitted(),
                            new AppendResult.Refused(new Admission.Refusal() {}), new SendResult.NotPermitted())
                    .forEach((answer, expected) -> {
                        log.answer = answer;
                        assertEquals(List.of(expected), send(database));
                    });
        }
    }

    @Test
    void aDatabaseThatIsAwayMeansBusyAndNothingWritten() {
        // Contract: clear temporary errors; design: `send` never throws for what an outside fault does.
        JdbcDataSource away = new JdbcDataSource();
        away.setURL("jdbc:h2:tcp://127.0.0.1:1/nobody-listens-there");
        assertEquals(List.of(new SendResult.Busy()), send(new Database(away, Dialect.H2)));
        assertEquals(0, log.appended.size());
    }

    private List<SendResult> send(Database database) {
        List<SendResult> answers = new ArrayList<>();
        new LogSending(log, new MemberCache(database, log, 10), new SendMetrics(new SimpleMeterRegistry()))
                .send(
                        ANN,
                        CONVERSATION,
                        Sending.Draft.plain("id", "{}".getBytes(StandardCharsets.UTF_8)),
                        answers::add);
        return answers;
    }

    /// A log that answers every append as it is told.
    private static final class ScriptedLog implements History {
        private final List<Append> appended = new ArrayList<>();
        private AppendResult answer = new AppendResult.Busy();

        @Override
        public void append(Append append, Consumer<? super AppendResult> done) {
            appended.add(append);
            done.accept(answer);
        }

        @Override
        public AppendResult append(Append append) {
            throw new UnsupportedOperationException("a send does not wait");
        }

        @Override
        public Optional<AppendResult> repeated(Append append) {
            return Optional.empty();
        }

        @Override
        public Map<ConversationId, Head> heads(Collection<ConversationId> conversations) {
            return Map.of(CONVERSATION, new Head(CONVERSATION, 1, 0, 0, 1, 0, 0));
        }

        @Override
        public List<Changed> changed(long from, long to, long after, int limit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Entry> readForward(Head head, long after, int limit) {
            throw new UnsupportedOperationException("a send reads nothing");
        }

        @Override
        public Map<ConversationId, Entry> newest(Collection<Head> heads) {
            throw new UnsupportedOperationException("a send reads nothing");
        }

        @Override
        public List<Entry> readBackward(Head head, long before, int limit) {
            throw new UnsupportedOperationException("a send reads nothing");
        }

        @Override
        public String epoch() {
            return "e";
        }

        @Override
        public List<Probe> probes() {
            return List.of();
        }
    }
}
