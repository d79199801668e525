package parley.messaging.internal.conversation;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Optional;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Database;
import parley.kernel.Dialect;

/// The first step of creating a conversation: which one a request leads to, whoever asks for it and
/// however often. One transaction; afterwards the answer never changes. Stateless.
final class CreationRows {
    private final Dialect dialect;

    CreationRows(Dialect dialect) {
        this.dialect = dialect;
    }

    /// A request: `clientId` names it for `account`, `digest` says what it asks for.
    @SuppressWarnings("ArrayRecordComponent")
    record Request(AccountId account, String clientId, byte[] digest) {}

    /// The conversation that `request` leads to: `fresh` for a new one. Empty when its id was used for
    /// something else.
    Optional<ConversationId> group(Connection connection, Request request, ConversationId fresh) throws SQLException {
        Optional<Known> known = known(connection, request);
        if (known.isPresent()) {
            return known.get().answer();
        }
        return remember(connection, request, fresh);
    }

    /// The same for the direct conversation of `request.account()` and `with`.
    Optional<ConversationId> direct(Connection connection, Request request, AccountId with, ConversationId fresh)
            throws SQLException {
        Optional<Known> known = known(connection, request);
        if (known.isPresent()) {
            return known.get().answer();
        }
        long low = Math.min(request.account().value(), with.value());
        long high = Math.max(request.account().value(), with.value());
        Optional<ConversationId> existing = direct(connection, low, high);
        if (existing.isPresent()) {
            return remember(connection, request, existing.get());
        }
        String sql = "insert into messaging_direct (low, high, conversation) values (?, ?, ?)";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, low);
            statement.setLong(2, high);
            statement.setLong(3, fresh.value());
            int unused = statement.executeUpdate();
        } catch (SQLException fault) {
            if (!Database.isDuplicateKey(fault)) {
                throw fault;
            }
            // The other one of the two was faster, and has committed: this insert waited for it.
            return remember(connection, request, direct(connection, low, high).orElseThrow());
        }
        return remember(connection, request, fresh);
    }

    private record Known(ConversationId conversation, boolean sameRequest) {
        Optional<ConversationId> answer() {
            return sameRequest ? Optional.of(conversation) : Optional.empty();
        }
    }

    private static Optional<Known> known(Connection connection, Request request) throws SQLException {
        String sql = "select conversation, request from messaging_created where account = ? and client_id = ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, request.account().value());
            statement.setBytes(2, request.clientId().getBytes(StandardCharsets.UTF_8));
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        ? Optional.of(new Known(
                                new ConversationId(row.getLong(1)), Arrays.equals(row.getBytes(2), request.digest())))
                        : Optional.empty();
            }
        }
    }

    private Optional<ConversationId> remember(Connection connection, Request request, ConversationId conversation)
            throws SQLException {
        String sql = "insert into messaging_created (account, client_id, conversation, request, created_at)"
                + " values (?, ?, ?, ?, " + dialect.nowMillis() + ")";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, request.account().value());
            statement.setBytes(2, request.clientId().getBytes(StandardCharsets.UTF_8));
            statement.setLong(3, conversation.value());
            statement.setBytes(4, request.digest());
            int unused = statement.executeUpdate();
            return Optional.of(conversation);
        } catch (SQLException fault) {
            if (!Database.isDuplicateKey(fault)) {
                throw fault;
            }
            return known(connection, request).orElseThrow().answer();
        }
    }

    /// The direct conversation of two accounts, in whichever order.
    static Optional<ConversationId> direct(Connection connection, AccountId one, AccountId other) throws SQLException {
        return direct(connection, Math.min(one.value(), other.value()), Math.max(one.value(), other.value()));
    }

    private static Optional<ConversationId> direct(Connection connection, long low, long high) throws SQLException {
        String sql = "select conversation from messaging_direct where low = ? and high = ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, low);
            statement.setLong(2, high);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(new ConversationId(row.getLong(1))) : Optional.empty();
            }
        }
    }

    /// Deletes up to `limit` requests made before `createdBefore`: their ids may be used again.
    static int purge(Connection connection, long createdBefore, int limit) throws SQLException {
        String sql = "delete from messaging_created where created_at < ? limit " + limit;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, createdBefore);
            return statement.executeUpdate();
        }
    }
}
