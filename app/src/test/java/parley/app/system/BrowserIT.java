package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.testkit.Checkout;

/// The chat page in headless Chromium, with real clicks and keys: `app/web/e2e/chat.mjs`.
class BrowserIT {
    private static final Path WEB = Checkout.root().resolve("app/web");
    private static final Path SCREENSHOTS = Checkout.root().resolve("app/target/screenshots");
    private static final int WALK_SECONDS_MAX = 400;

    /// Under the names that distributions give it.
    private static final List<String> CHROMIUM = List.of("chromium", "chromium-browser", "google-chrome");

    @Test
    void peopleChatInBrowsers(@TempDir Path folder) throws IOException {
        // Two browsers chat through a server with an embedded database, as ops/run starts it.
        try (SystemNode node = SystemNode.embedded(folder)) {
            walk(node.address(), SCREENSHOTS.resolve("embedded"));
        }
    }

    @Test
    void peopleChatInBrowsersBehindNginx(@TempDir Path folder) throws IOException {
        // The same page does the same behind nginx on MariaDB and Redis.
        try (WholeStack stack = WholeStack.start(folder, Map.of())) {
            walk(stack.steadyAddress(), SCREENSHOTS.resolve("nginx"));
        }
    }

    private static void walk(String address, Path screenshots) throws IOException {
        assertTrue(Files.isDirectory(WEB.resolve("node_modules")), "the page was built, so its packages are there");
        String chromium = CHROMIUM.stream()
                .flatMap(name -> Checkout.findProgram(name).stream())
                .findFirst()
                .orElseThrow(() -> new AssertionError("no Chromium on PATH: ops/test obtains it"))
                .toString();
        NodeProgram.Ended ended = NodeProgram.run(
                WEB,
                Map.of("CHROMIUM", chromium),
                WALK_SECONDS_MAX,
                "node",
                "e2e/chat.mjs",
                address,
                screenshots.toString());
        assertEquals(0, ended.code(), ended::output);
        try (Stream<Path> files = Files.list(screenshots)) {
            List<Path> taken =
                    files.filter(file -> file.toString().endsWith(".png")).toList();
            assertTrue(taken.size() >= 5, "screenshots: " + taken);
        }
    }
}
