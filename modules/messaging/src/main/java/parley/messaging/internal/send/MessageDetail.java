package parley.messaging.internal.send;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import parley.kernel.AccountId;

/// What a message refers to, as its entry holds it: `{"mentions":["1","2"],"replyTo":7}`, accounts
/// ascending, what there is none of left out, and nothing at all when it refers to nothing. The same
/// references are the same bytes, so a repeated send can be told from another one. Pure.
final class MessageDetail {
    private static final byte[] NONE = {};

    private MessageDetail() {}

    /// `mentions` distinct; `replyTo` 0 for none.
    static byte[] of(List<AccountId> mentions, long replyTo) {
        if (mentions.isEmpty() && replyTo == 0) {
            return NONE;
        }
        StringBuilder json = new StringBuilder("{");
        if (!mentions.isEmpty()) {
            json.append(mentions.stream()
                    .sorted()
                    .map(account -> "\"" + account + "\"")
                    .collect(Collectors.joining(",", "\"mentions\":[", "]")));
        }
        if (replyTo != 0) {
            json.append(mentions.isEmpty() ? "" : ",").append("\"replyTo\":").append(replyTo);
        }
        return json.append('}').toString().getBytes(StandardCharsets.US_ASCII);
    }
}
