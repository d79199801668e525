package parley.app.database;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/// A migration that this version brings: `db/<module>/V<version>__<name>.sql`. `checksum` is computed
/// over its lines as the migration tool does.
record Migration(String module, int version, String name, int checksum) implements Comparable<Migration> {

    static int checksum(String sql) {
        CRC32 crc = new CRC32();
        sql.lines().forEach(line -> crc.update(line.getBytes(StandardCharsets.UTF_8)));
        return (int) crc.getValue();
    }

    @Override
    public int compareTo(Migration other) {
        return Integer.compare(version, other.version);
    }

    @Override
    public String toString() {
        return module + " V" + version + " " + name.replace('_', ' ');
    }
}
