package parley.messaging.internal.conversation;

import java.util.Optional;
import java.util.Set;
import parley.accounts.Accounts;
import parley.history.Head;
import parley.history.History;
import parley.kernel.ConversationId;
import parley.kernel.Database;
import parley.messaging.Conversations.Members;
import parley.messaging.Oversight;

/// Reads conversations for operators. Thread-safe; blocks.
public final class LogOversight implements Oversight {
    private final Database database;
    private final History history;
    private final Browsing browsing;

    public LogOversight(Database database, History history, Accounts accounts) {
        this.database = database;
        this.history = history;
        this.browsing = new Browsing(database, history, accounts, new Views(database, history));
    }

    @Override
    public Optional<Overview> conversation(ConversationId conversation) {
        ConversationRows.Row row = database.read(connection -> ConversationRows.find(connection, Set.of(conversation)))
                .get(conversation);
        Head head = history.heads(Set.of(conversation)).get(conversation);
        if (row == null || head == null) {
            return Optional.empty();
        }
        Members first = browsing.page(conversation, 0, Inputs.PAGE_MAX);
        return Optional.of(new Overview(row.kind(), row.title(), head, first.members(), first.next()));
    }
}
