package parley.app.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import parley.verify.VerifyRun;

/// Where runs leave what they saw, when nobody says where: a folder of its own each. Stateless.
public final class RunFolder {
    /// Holds them all.
    public static final Path ALL = Path.of("verify-out");

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private RunFolder() {}

    /// One that is not there yet; names sort by time.
    public static Path fresh(Path all, Instant now, long seed) {
        Path folder = all.resolve(TIME.format(now) + "-" + seed);
        for (int more = 2; Files.exists(folder); more++) {
            folder = all.resolve(TIME.format(now) + "-" + seed + "-" + more);
        }
        return folder;
    }

    /// The latest that has a record.
    public static Optional<Path> latest(Path all) {
        if (!Files.isDirectory(all)) {
            return Optional.empty();
        }
        try (Stream<Path> folders = Files.list(all)) {
            return folders.filter(folder -> Files.exists(folder.resolve(VerifyRun.RECORD)))
                    .max(Comparator.comparing(Path::getFileName));
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }
}
