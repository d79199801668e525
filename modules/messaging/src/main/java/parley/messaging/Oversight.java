package parley.messaging;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.history.Head;
import parley.kernel.ConversationId;

/// What operators see of conversations, whoever the members are. Thread-safe; blocks for a few
/// statements and throws [parley.kernel.Unavailable] while the database does not answer.
public interface Oversight {
    /// The conversation with its first 100 members by account id; empty when there is none.
    Optional<Overview> conversation(ConversationId conversation);

    /// `title` is empty for a direct one; `next` is the last account shown, null when these are all.
    record Overview(
            ConversationView.Kind kind,
            String title,
            Head head,
            List<ConversationView.Member> members,
            @Nullable String next) {}
}
