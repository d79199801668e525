package parley.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where Redis is. `master` is the name that the sentinels know it by, empty without them; `database` is
/// its number, 0 in a Redis Cluster.
///
/// | `redis.url` | is |
/// |---|---|
/// | `redis://host:port/database` | one server; the port (6379) and the database (0) may be left out |
/// | `redis-sentinel://host:port,host:port/database#master` | the master that sentinels (port 26379) name |
/// | `redis-cluster://host:port,host:port` | a Redis Cluster, found through any of these |
///
/// With `rediss` in place of `redis` all of it is encrypted.
public record RedisPlace(Mode mode, boolean isEncrypted, List<Address> addresses, String master, int database) {
    private static final Pattern FORM =
            Pattern.compile("(rediss?)(-sentinel|-cluster)?://([^/#@?]+)(?:/([0-9]{1,3})?)?(?:#([A-Za-z0-9._-]+))?");
    private static final Pattern ADDRESS = Pattern.compile("(\\[[0-9a-fA-F:]+]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?");
    private static final int REDIS_PORT = 6_379;
    private static final int SENTINEL_PORT = 26_379;
    private static final int PORT_MAX = 65_535;

    /// How Redis is run.
    public enum Mode {
        STANDALONE,
        SENTINEL,
        CLUSTER
    }

    public record Address(String host, int port) {}

    /// Reads a `redis.url`; throws [IllegalArgumentException] with a sentence for whoever wrote it, in
    /// which a password that stands there against the rule is blanked.
    public static RedisPlace parse(String url) {
        Matcher form = FORM.matcher(url);
        if (!form.matches()) {
            throw refused(
                    url,
                    "be redis://host:port, redis-sentinel://host:port,host:port#master or"
                            + " redis-cluster://host:port,host:port (rediss for TLS), with user and password in keys of their own");
        }
        Mode mode = "-sentinel".equals(form.group(2))
                ? Mode.SENTINEL
                : "-cluster".equals(form.group(2)) ? Mode.CLUSTER : Mode.STANDALONE;
        List<Address> addresses = addresses(url, form.group(3), mode);
        String master = form.group(5) == null ? "" : form.group(5);
        int database = form.group(4) == null ? 0 : Integer.parseInt(form.group(4));
        if (mode == Mode.STANDALONE && addresses.size() > 1) {
            throw refused(url, "name one server, or begin with redis-sentinel:// or redis-cluster://");
        }
        if (mode == Mode.SENTINEL == master.isEmpty()) {
            throw refused(url, mode == Mode.SENTINEL ? "end with #master" : "name a #master for sentinels only");
        }
        if (mode == Mode.CLUSTER && database != 0) {
            throw refused(url, "name no database: a Redis Cluster has only one");
        }
        return new RedisPlace(mode, form.group(1).equals("rediss"), addresses, master, database);
    }

    private static List<Address> addresses(String url, String text, Mode mode) {
        List<Address> addresses = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            Matcher address = ADDRESS.matcher(part);
            if (!address.matches()) {
                throw refused(url, "hold addresses host:port");
            }
            int port = address.group(2) == null
                    ? (mode == Mode.SENTINEL ? SENTINEL_PORT : REDIS_PORT)
                    : Integer.parseInt(address.group(2));
            if (port < 1 || port > PORT_MAX) {
                throw refused(url, "hold ports between 1 and " + PORT_MAX);
            }
            addresses.add(new Address(address.group(1), port));
        }
        return List.copyOf(addresses);
    }

    private static IllegalArgumentException refused(String url, String rule) {
        return new IllegalArgumentException(
                "redis.url must " + rule + ", not '" + url.replaceFirst("//.*@", "//***@") + "'");
    }

    /// How the address begins.
    public String scheme() {
        String suffix = switch (mode) {
            case STANDALONE -> "";
            case SENTINEL -> "-sentinel";
            case CLUSTER -> "-cluster";
        };
        return (isEncrypted ? "rediss" : "redis") + suffix;
    }
}
