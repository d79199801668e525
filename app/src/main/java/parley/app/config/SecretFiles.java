package parley.app.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import parley.app.exit.Failure;
import parley.kernel.Secret;

/// Reads secrets from files that only their owner may read.
public final class SecretFiles {
    private static final int BYTES_MAX = 8_192;
    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE,
            PosixFilePermission.OTHERS_EXECUTE);

    private SecretFiles() {}

    /// The first line of the file, which must not be empty.
    static Secret read(String key, String file) {
        Path path = Path.of(file);
        requirePrivate(key, path);
        try {
            if (Files.size(path) > BYTES_MAX) {
                throw new Failure(
                        key + ": the file " + file + " must have at most " + BYTES_MAX + " bytes, and has more.");
            }
            String line = Files.readString(path).lines().findFirst().orElse("").strip();
            if (line.isEmpty()) {
                throw new Failure(key + ": the file " + file + " is empty.");
            }
            return new Secret(line);
        } catch (IOException fault) {
            throw new Failure(key + ": the file " + file + " cannot be read.", fault);
        }
    }

    /// Refuses a file that the group or others may touch. File systems without such rights are trusted.
    public static void requirePrivate(String key, Path path) {
        try {
            Set<PosixFilePermission> rights = EnumSet.noneOf(PosixFilePermission.class);
            rights.addAll(Files.getPosixFilePermissions(path));
            rights.retainAll(OTHERS);
            if (!rights.isEmpty()) {
                throw new Failure(
                        key + ": the file " + path + " must have mode 0600: others than its owner may use it.");
            }
        } catch (UnsupportedOperationException otherSystem) {
            // Nothing to check here.
        } catch (IOException fault) {
            throw new Failure(key + ": the file " + path + " cannot be read.", fault);
        }
    }
}
