package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.testkit.Await;
import parley.testkit.Checkout;
import parley.testkit.ChildProcess;

class ReadmeIT {
    private static final int LINES_MAX = 12;
    private static final Duration RUN_MAX = Duration.ofSeconds(30);

    @Test
    void theClientInTheReadmeWorksAsItIsPasted(@TempDir Path data) throws IOException {
        // README: a ten-line client that works when pasted; it prints the entries and {seq, time} of its message.
        Path folder = NodeProgram.folder();
        String client = client();
        assertTrue(client.lines().count() <= LINES_MAX, client);
        Path program = Files.writeString(folder.resolve("client.mjs"), client);
        try (SystemNode node = SystemNode.embedded(data)) {
            String address = node.address().substring(0, node.address().length() - 1);
            // The client stays connected: its program goes on until it is ended.
            try (ChildProcess running =
                    ChildProcess.start(folder, List.of("node", program.toString()), Map.of("PARLEY", address))) {
                String answer = running.awaitLine(RUN_MAX, "{ seq: 3, time: ");
                assertTrue(answer.matches("\\{ seq: 3, time: [0-9]+ }"), answer);
                Await.until(
                        "three entries",
                        () -> running.stdout()
                                        .lines()
                                        .filter(line -> line.startsWith("c:"))
                                        .count()
                                == 3);
                String last = running.stdout()
                        .lines()
                        .filter(line -> line.startsWith("c:"))
                        .toList()
                        .getLast();
                assertTrue(last.contains("\"body\":{\"text\":\"hello\"}"), last);
                assertEquals("", running.stderr());
            }
        }
    }

    /// The JavaScript of README.
    private static String client() throws IOException {
        String readme = Files.readString(Checkout.root().resolve("README.md"));
        List<String> parts = List.of(readme.split("```js\n", -1));
        assertEquals(2, parts.size(), "README has one piece of JavaScript");
        return parts.getLast().substring(0, parts.getLast().indexOf("```"));
    }
}
