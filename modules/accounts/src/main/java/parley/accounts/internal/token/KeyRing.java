package parley.accounts.internal.token;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The signing keys as they were read at one time. Immutable.
final class KeyRing {
    private final List<SigningKey> newestFirst;
    private final Map<String, SigningKey> byHeader = new LinkedHashMap<>();
    private final String jwks;

    KeyRing(Collection<SigningKey> keys) {
        newestFirst = keys.stream()
                .sorted(Comparator.comparingLong(SigningKey::generation).reversed())
                .toList();
        newestFirst.forEach(key -> byHeader.put(key.header(), key));
        jwks = newestFirst.stream().map(SigningKey::jwk).collect(Collectors.joining(",", "{\"keys\":[", "]}"));
    }

    /// The key that signs now: the newest whose time has come.
    SigningKey signing(long nowMillis) {
        return newestFirst.stream()
                .filter(key -> key.signsFrom() <= nowMillis)
                .findFirst()
                // Clocks of nodes differ; the first key of all is good at once.
                .orElseGet(newestFirst::getLast);
    }

    /// The key whose tokens begin with exactly this text.
    Optional<SigningKey> byHeader(String header) {
        return Optional.ofNullable(byHeader.get(header));
    }

    String jwks() {
        return jwks;
    }

    int count() {
        return newestFirst.size();
    }
}
