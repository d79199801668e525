package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import parley.testkit.Await;
import parley.testkit.Checkout;
import parley.testkit.ChildProcess;

class ReadmeIT {
    private static final int LINES_MAX = 12;
    private static final Duration RUN_MAX = Duration.ofSeconds(30);
    private static final Pattern CURL = Pattern.compile("curl -s -H \"Authorization: Bearer "
            + "(\\$KEY|\\$\\(cat (?<file>\\S+)\\))\"(?<post> -X POST)? http://127\\.0\\.0\\.1:8081/(?<path>\\S+)");

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

    @Test
    void whatThePagesSayOfTheOperatorsListenerIsSo(@TempDir Path folder) throws IOException {
        // README and runbook: with the key so, metrics are answered; without it nothing is; a drain ends the node.
        try (SystemNode node = SystemNode.embedded(folder, Map.of("PARLEY_NODE_NAME", "n1"))) {
            assertEquals(401, node.admin().get("metrics", null).status());
            assertTrue(pasted(node, "README.md", "metrics").text().contains("\nparley_"));
            assertTrue(pasted(node, "ops/runbook.md", "metrics").text().contains("\nparley_"));
            assertEquals(
                    202,
                    pasted(node, "ops/runbook.md", "admin/v1/nodes/n1/drain").status());
            assertEquals(0, node.process().awaitExit(RUN_MAX), node.process()::tail);
        }
    }

    /// The answer of `node` to the only line for curl in `page` that asks for `path`. (Not every machine has curl.)
    private static Reply pasted(SystemNode node, String page, String path) throws IOException {
        List<MatchResult> lines = CURL.matcher(Files.readString(Checkout.root().resolve(page)))
                .results()
                .filter(line -> line.group("path").equals(path))
                .toList();
        assertEquals(1, lines.size(), page);
        MatchResult line = lines.getFirst();
        String key = line.group("file") == null
                ? node.adminKey()
                : Files.readString(node.folder().resolve(line.group("file"))).strip();
        return node.admin().call(line.group("post") == null ? "GET" : "POST", path, key, null);
    }

    /// The JavaScript of README.
    private static String client() throws IOException {
        String readme = Files.readString(Checkout.root().resolve("README.md"));
        List<String> parts = List.of(readme.split("```js\n", -1));
        assertEquals(2, parts.size(), "README has one piece of JavaScript");
        return parts.getLast().substring(0, parts.getLast().indexOf("```"));
    }
}
