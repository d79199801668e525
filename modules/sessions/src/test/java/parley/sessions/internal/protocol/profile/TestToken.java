package parley.sessions.internal.protocol.profile;

import java.util.List;
import parley.sessions.internal.protocol.Lifetime;

/// A token of the tests: `<anything>:<user>` or `<anything>:<user>:<seconds>`.
record TestToken(String user, Lifetime lifetime) {
    static TestToken parse(String text) {
        List<String> parts = List.of(text.split(":", -1));
        String user = parts.size() > 1 ? parts.get(1) : "";
        int seconds = parts.size() > 2 ? Integer.parseInt(parts.get(2)) : 0;
        return new TestToken(user, new Lifetime(seconds));
    }
}
