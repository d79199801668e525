package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The npm SDK, unchanged, against the whole stack: nginx, a node, MariaDB, Redis.
class SdkNpmIT {
    private static final int WALK_SECONDS_MAX = 120;

    @TempDir
    static Path folder;

    private static WholeStack stack;

    @BeforeAll
    static void start() {
        stack = WholeStack.start(
                folder,
                Map.of(
                        "PARLEY_ACCOUNTS_ACCESS_TOKEN_LIFETIME", "10s",
                        "PARLEY_HISTORY_QUEUE_WAIT_MAX", "3s",
                        "PARLEY_SESSIONS_LIMITS_SENDS_BURST", "20000"));
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "protobuf"})
    void theNpmSdkWalksThroughAll(String encoding) throws IOException, InterruptedException {
        // I2, I4: sent and received, cut and recovered with nothing missing and nothing twice, a gap of 5,000 in
        // order, history both ways, forged and ending tokens, both modes of subscriptions.
        Path program = NodeProgram.place("walk.mjs");
        Process walk = new ProcessBuilder(
                        "node", program.getFileName().toString(), stack.steadyAddress(), stack.address(), encoding)
                .directory(NodeProgram.folder().toFile())
                .redirectErrorStream(true)
                .start();
        Thread watch = Thread.ofVirtual().start(() -> endAfter(walk));
        StringBuilder said = new StringBuilder();
        try (BufferedReader from = walk.inputReader(StandardCharsets.UTF_8);
                BufferedWriter to = walk.outputWriter(StandardCharsets.UTF_8)) {
            for (String line = from.readLine(); line != null; line = from.readLine()) {
                said.append(line).append('\n');
                if (obey(line)) {
                    to.write("done\n");
                    to.flush();
                }
            }
        }
        int code = walk.waitFor();
        watch.interrupt();
        assertEquals(0, code, said::toString);
        assertEquals("cut\ncut\ncut\ncut\naway\nback\nok\n", said.toString());
    }

    /// Does to the network what the walk asks for; false for any other line.
    private static boolean obey(String line) {
        switch (line) {
            case "cut" -> stack.network().resetAll();
            case "away" -> {
                stack.network().refuse(true);
                stack.network().resetAll();
            }
            case "back" -> stack.network().refuse(false);
            default -> {
                return false;
            }
        }
        return true;
    }

    private static void endAfter(Process walk) {
        try {
            if (!walk.waitFor(WALK_SECONDS_MAX, TimeUnit.SECONDS)) {
                Process unused = walk.destroyForcibly();
            }
        } catch (InterruptedException done) {
            Thread.currentThread().interrupt();
        }
    }
}
