package parley.app.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import parley.verify.VerifyFault;

/// Against a listener of a few lines.
final class OperatorsTest {
    private static final String FIRST = """
            {"accounts":[{"id":"1","handle":"verify.mabcdefg.0","displayName":"Verify 1"},
              {"id":"2","handle":"verify.mabcdefg.0x","displayName":"Verify 1"},
              {"id":"3","handle":"verify.mabcdefg.7","displayName":"Somebody who took that name"}],"next":"a b"}""";
    private static final String SECOND = """
            {"accounts":[{"id":"4","handle":"verify.mabcdefg.39","displayName":"Verify 40"},
              {"id":"5","handle":"","displayName":""}]}""";

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final HttpServer server = listening();
    private Operators operators = new Operators("", "");

    private static HttpServer listening() {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 5);
        } catch (IOException fault) {
            throw new IllegalStateException(fault);
        }
    }

    @BeforeEach
    void start() {
        server.createContext("/admin/v1/accounts", exchange -> {
            String uri = exchange.getRequestURI().toString();
            asked.add(exchange.getRequestMethod() + " " + uri + " "
                    + exchange.getRequestHeaders().getFirst("Authorization"));
            boolean isRead = exchange.getRequestMethod().equals("GET");
            byte[] body = (isRead ? uri.contains("cursor=a+b") ? SECOND : FIRST : "").getBytes(StandardCharsets.UTF_8);
            int status = isRead ? 200 : uri.endsWith("/9") ? 403 : uri.endsWith("/8") ? 404 : 204;
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        operators = new Operators("http://127.0.0.1:" + server.getAddress().getPort() + "/", "key");
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void onlyPeopleOfRunsAreLeftOver() {
        // Nobody else is deleted, whatever they are called; all pages are read.
        assertEquals(List.of("1", "4"), operators.leftOver());
        assertEquals(2, asked.size(), asked.toString());
    }

    @Test
    void theyAreDeletedByTheNode() {
        // With the embedded database a run leaves nobody behind: each is deleted; who is gone is gone.
        assertEquals(2, operators.delete(List.of("1", "8", "4")));
        List<String> expected = new ArrayList<>();
        for (String id : List.of("1", "8", "4")) {
            expected.add("DELETE /admin/v1/accounts/" + id + " Bearer key");
        }
        assertEquals(expected, asked);
    }

    @Test
    void whatIsRefusedIsTold() {
        // A key that may not delete must not look like a deletion.
        assertThrows(VerifyFault.class, () -> operators.delete(List.of("9")));
    }
}
