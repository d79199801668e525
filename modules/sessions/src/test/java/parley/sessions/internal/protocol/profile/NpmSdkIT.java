package parley.sessions.internal.protocol.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import parley.sessions.internal.transport.Encoding;
import parley.testkit.Checkout;

/// The npm SDK, unchanged, over a real socket: P1 to P32 in its eyes.
class NpmSdkIT {
    private static final Path SOURCE = Checkout.root().resolve("modules/sessions/src/test/node");
    private static final Path FOLDER = Checkout.root().resolve("modules/sessions/target/node");

    private static final ProtocolServer SERVER = ProtocolServer.quick(new MemoryBackend());

    @BeforeAll
    static void installThePackagesOfTheLockFile() throws IOException, InterruptedException {
        Files.createDirectories(FOLDER);
        for (String file : List.of("package.json", "package-lock.json", ".npmrc", "conversation.mjs")) {
            Files.copy(SOURCE.resolve(file), FOLDER.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        String output = run(180, "npm", "ci", "--prefer-offline", "--loglevel=error");
        assertTrue(Files.isDirectory(FOLDER.resolve("node_modules/centrifuge")), output);
    }

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    @ParameterizedTest
    @EnumSource(Encoding.class)
    void theNpmSdkFindsAllAsItExpects(Encoding encoding) throws IOException, InterruptedException {
        // Calls, order, unsubscribing and subscribing in a loop, recovery of both kinds of subscriptions after a
        // cut, forged, expired and refreshed tokens, pings on schedule.
        String name = encoding.name().toLowerCase(Locale.ROOT);
        assertEquals(
                "ok",
                run(60, "node", "conversation.mjs", SERVER.address(), name).strip());
    }

    private static String run(int secondsMax, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(FOLDER.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(secondsMax, TimeUnit.SECONDS), output);
        assertEquals(0, process.exitValue(), output);
        return output;
    }
}
