package parley.app.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.app.server.Answers.json;

import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import parley.app.server.LocalNode.Person;
import parley.testkit.Await;

final class DrainIT {
    @Test
    void aDrainedNodeSendsItsClientsElsewhereAndTakesNoMore() {
        // I8: not ready, no new connections, clients told to reconnect (3001), then it can be ended.
        try (LocalNode node = new LocalNode()) {
            Person person = node.newPerson("moving.on");
            TestSession session = node.connect(person);
            String name = json(node.admin("GET", "/admin/v1/node", null)).getString("name");

            var answer = node.admin("POST", "/admin/v1/nodes/" + name + "/drain", null);

            assertEquals(202, answer.statusCode(), answer.body());
            assertEquals(3001, session.closeCode());
            Await.until("not ready", () -> node.get("/health/ready").statusCode() == 503);
            assertEquals("{\"status\":\"down\"}", node.get("/health/ready").body());
            CompletionException refused = assertThrows(CompletionException.class, () -> node.connect(person));
            assertTrue(String.valueOf(refused.getCause()).contains("WebSocketHandshake"), refused.toString());
            assertEquals(
                    "draining", json(node.admin("GET", "/admin/v1/node", null)).getString("phase"));
            assertTrue(node.admin("GET", "/admin/v1/audit", null).body().contains("node-drained"));
        }
    }

    @Test
    void whatAStartOpenedIsClosedWhenItFails() {
        // A failed start leaves nothing open: the same folder and port serve at once afterwards.
        try (LocalNode first = new LocalNode()) {
            String address = first.node().publicAddress();
            String port = address.substring(address.lastIndexOf(':') + 1, address.length() - 1);
            var folder = parley.testkit.Checkout.temporaryFolder("failed");
            var failure = assertThrows(
                    parley.app.exit.Failure.class, () -> new LocalNode(folder, java.util.Map.of("http.port", port)));
            assertTrue(failure.sentence().startsWith("http.port: cannot listen on"), failure.sentence());
            try (LocalNode second = new LocalNode(folder, java.util.Map.of())) {
                Await.until("it serves", () -> second.get("/health/ready").statusCode() == 200);
            }
        }
    }
}
