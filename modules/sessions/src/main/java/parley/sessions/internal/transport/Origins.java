package parley.sessions.internal.transport;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Which web pages may open connections, by their `Origin` (RFC 6454). Immutable.
public final class Origins {

    private static final Pattern ORIGIN =
            Pattern.compile("(https?)://([A-Za-z0-9._-]+|\\[[0-9a-fA-F:.]+])(?::(\\d{1,5}))?");

    private final Set<String> allowed;

    private Origins(Set<String> allowed) {
        this.allowed = allowed;
    }

    /// Pages of these origins only, each `scheme://host` or `scheme://host:port`; with none, pages of
    /// the host that the request names. Throws `IllegalArgumentException` for anything that is no
    /// origin.
    public static Origins of(Set<String> allowed) {
        return new Origins(allowed.stream().map(Origins::configured).collect(Collectors.toUnmodifiableSet()));
    }

    /// Whether a page of `origin` may connect to `host` (the `Host` header). Origins are compared whole,
    /// as browsers write them: lower case, no default port.
    boolean allows(String origin, String host) {
        var parts = ORIGIN.matcher(origin);
        if (!parts.matches()) {
            return false;
        }
        if (!allowed.isEmpty()) {
            return allowed.contains(origin);
        }
        String scheme = parts.group(1);
        return withoutDefaultPort(scheme, origin.substring(scheme.length() + 3))
                .equals(withoutDefaultPort(scheme, host.toLowerCase(Locale.ROOT)));
    }

    private static String configured(String origin) {
        if (!ORIGIN.matcher(origin).matches()) {
            throw new IllegalArgumentException("not an origin (scheme://host or scheme://host:port): " + origin);
        }
        String lower = origin.toLowerCase(Locale.ROOT);
        return withoutDefaultPort(lower.substring(0, lower.indexOf(':')), lower);
    }

    private static String withoutDefaultPort(String scheme, String authority) {
        String port = scheme.equals("https") ? ":443" : ":80";
        return authority.endsWith(port) ? authority.substring(0, authority.length() - port.length()) : authority;
    }
}
