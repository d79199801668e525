package parley.sessions.internal.presence;

import java.util.LinkedHashMap;
import java.util.Map;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;

/// Lets one account's typing in one conversation through once in [PresenceLimits#TYPING_MILLIS]; what
/// comes in between is not kept. When too many are remembered, nothing more is let through. Time is
/// passed in. Not thread-safe.
final class TypingGate {
    private record Key(AccountId account, ConversationId conversation) {}

    private final int keysMax;
    private final LinkedHashMap<Key, Long> passed = new LinkedHashMap<>();

    TypingGate(int keysMax) {
        this.keysMax = keysMax;
    }

    boolean pass(AccountId account, ConversationId conversation, long nowMillis) {
        expire(nowMillis);
        Key key = new Key(account, conversation);
        if (passed.containsKey(key) || passed.size() >= keysMax) {
            return false;
        }
        passed.put(key, nowMillis);
        return true;
    }

    private void expire(long nowMillis) {
        Map.Entry<Key, Long> first = passed.firstEntry();
        while (first != null && nowMillis - first.getValue() >= PresenceLimits.TYPING_MILLIS) {
            passed.pollFirstEntry();
            first = passed.firstEntry();
        }
    }

    int size() {
        return passed.size();
    }
}
