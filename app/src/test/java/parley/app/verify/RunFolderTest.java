package parley.app.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.testkit.Checkout;
import parley.verify.VerifyRun;

final class RunFolderTest {
    private static final Instant NOW = Instant.parse("2026-03-04T05:06:07.8Z");

    @TempDir
    Path all;

    private Path run(Instant when, long seed) throws IOException {
        Path folder = Files.createDirectories(RunFolder.fresh(all, when, seed));
        Path unused = Files.createFile(folder.resolve(VerifyRun.RECORD));
        return folder;
    }

    @Test
    void theSameCommandTwiceHasTwoFolders() throws IOException {
        // README's commands name no folder, and work each time.
        Path first = run(NOW, 42);
        assertEquals("20260304T050607Z-42", String.valueOf(first.getFileName()));
        Path second = run(NOW, 42);
        assertEquals("20260304T050607Z-42-2", String.valueOf(second.getFileName()));
        Path third = run(NOW.plusSeconds(1), 7);
        assertEquals(Optional.of(third), RunFolder.latest(all), "what --judge takes when nobody says which");
    }

    @Test
    void aFolderWithoutARunHasNoLatest() throws IOException {
        // --judge without a record is told, and takes nothing else.
        Path unused = Files.createDirectories(all.resolve("20260304T050607Z-1"));
        assertEquals(Optional.empty(), RunFolder.latest(all));
        assertEquals(Optional.empty(), RunFolder.latest(all.resolve("none")));
    }

    @Test
    void gitIgnoresThem() throws IOException {
        // What a run leaves in a checkout is not committed by mistake.
        String ignored = Files.readString(Checkout.root().resolve(".gitignore"));
        assertEquals(
                1, ignored.lines().filter(("/" + RunFolder.ALL + "/")::equals).count());
    }
}
