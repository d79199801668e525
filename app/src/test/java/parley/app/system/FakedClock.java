package parley.app.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import parley.testkit.Checkout;

/// libfaketime between a program that is started with its environment and the wall clock: a file says by
/// how many seconds that is wrong.
final class FakedClock {
    /// Why a test of it is skipped.
    static final String MISSING = "libfaketime is not there, so no clock can be made to jump";

    private final Path library;
    private final Path file;

    private FakedClock(Path library, Path file) {
        this.library = library;
        this.file = file;
    }

    /// One that is right, its file in `folder`; empty where Debian's package libfaketime is neither
    /// installed nor unpacked by `ops/test`.
    static Optional<FakedClock> in(Path folder) {
        return Stream.of(Path.of("/usr/lib"), Checkout.cache().resolve("servers/root/usr/lib"))
                .filter(Files::isDirectory)
                .flatMap(FakedClock::children)
                .map(each -> each.resolve("faketime/libfaketimeMT.so.1"))
                .filter(Files::isRegularFile)
                .findFirst()
                .map(library -> {
                    FakedClock clock = new FakedClock(library, folder.resolve("clock"));
                    clock.set(0);
                    return clock;
                });
    }

    private static Stream<Path> children(Path folder) {
        try (Stream<Path> all = Files.list(folder)) {
            return all.toList().stream();
        } catch (IOException unreadable) {
            return Stream.of();
        }
    }

    /// The wall clock alone: what waits goes by the other one.
    Map<String, String> environment() {
        return Map.of(
                "LD_PRELOAD", library.toString(),
                "FAKETIME_TIMESTAMP_FILE", file.toString(),
                "FAKETIME_NO_CACHE", "1",
                "FAKETIME_DONT_FAKE_MONOTONIC", "1",
                "DONT_FAKE_MONOTONIC", "1",
                // Else each timed wait of a JVM is over at once.
                "FAKETIME_FORCE_MONOTONIC_FIX", "0");
    }

    /// From now on it is wrong by `seconds`. Nobody reads a file that is half written.
    void set(int seconds) {
        try {
            Path next = Files.writeString(file.resolveSibling("clock.new"), (seconds < 0 ? "" : "+") + seconds + "\n");
            Path unused = Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }
}
