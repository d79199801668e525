package parley.app.system;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.nio.charset.StandardCharsets;
import java.sql.Blob;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import parley.testkit.RedisServer;
import parley.testkit.TestDatabase;

/// Where a text still stands: in which columns of all tables, and in which keys of Redis.
final class Erased {
    private Erased() {}

    /// `table.column` of each place, whatever the table.
    static Set<String> inTables(TestDatabase database, String text) {
        Set<String> found = new TreeSet<>();
        try (Connection connection = database.connect();
                Statement names = connection.createStatement();
                ResultSet tables = names.executeQuery("select table_name from information_schema.tables"
                        + " where table_schema = database() and table_type = 'BASE TABLE'")) {
            while (tables.next()) {
                inTable(connection, tables.getString(1), text, found);
            }
        } catch (SQLException fault) {
            throw new IllegalStateException(fault);
        }
        return found;
    }

    private static void inTable(Connection connection, String table, String text, Set<String> found)
            throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select * from " + table)) {
            while (row.next()) {
                for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                    if (has(bytes(row.getObject(i)), text)) {
                        found.add(table + "." + row.getMetaData().getColumnName(i));
                    }
                }
            }
        }
    }

    private static byte @Nullable [] bytes(@Nullable Object value) throws SQLException {
        return switch (value) {
            case null -> null;
            case byte[] raw -> raw;
            case Blob blob -> blob.getBytes(1, Math.toIntExact(blob.length()));
            default -> value.toString().getBytes(StandardCharsets.UTF_8);
        };
    }

    /// The keys whose name or value has it.
    static List<String> inRedis(RedisServer redis, String text) {
        RedisClient client = RedisClient.create(redis.url());
        try (StatefulRedisConnection<byte[], byte[]> connection = client.connect(ByteArrayCodec.INSTANCE)) {
            RedisCommands<byte[], byte[]> commands = connection.sync();
            List<String> found = new ArrayList<>();
            for (byte[] key : commands.keys("*")) {
                String name = new String(key, StandardCharsets.ISO_8859_1);
                if (name.contains(text) || values(commands, key).anyMatch(value -> has(value, text))) {
                    found.add(name);
                }
            }
            return found;
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        }
    }

    private static Stream<byte[]> values(RedisCommands<byte[], byte[]> commands, byte[] key) {
        return switch (commands.type(key)) {
            case "string" -> Stream.ofNullable(commands.get(key));
            case "list" -> commands.lrange(key, 0, -1).stream();
            case "set" -> commands.smembers(key).stream();
            case "zset" -> commands.zrange(key, 0, -1).stream();
            case "hash" ->
                commands.hgetall(key).entrySet().stream().flatMap(field -> Stream.of(field.getKey(), field.getValue()));
            case "stream" ->
                commands.xrange(key, io.lettuce.core.Range.unbounded()).stream()
                        .map(message -> message.getBody().values())
                        .flatMap(Collection::stream);
            case "none" -> Stream.empty();
            case String other -> throw new IllegalStateException("a key of the type " + other);
        };
    }

    private static boolean has(byte @Nullable [] bytes, String text) {
        return bytes != null
                && (new String(bytes, StandardCharsets.UTF_8).contains(text)
                        || new String(bytes, StandardCharsets.ISO_8859_1).contains(text));
    }
}
