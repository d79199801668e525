package parley.app.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import parley.kernel.Unavailable;

/// What a client sees of a fault behind a route.
class ProblemsIT {
    private static final String INSIDE = "user p at 10.0.0.7 in table accounts_device";
    private static final HttpRouting.Builder ROUTING = HttpRouting.builder()
            .get("/away", (request, response) -> {
                throw new Unavailable(INSIDE, new SQLException(INSIDE));
            })
            .get("/bug", (request, response) -> {
                throw new IllegalStateException(INSIDE);
            });
    private static WebServer server;
    private static HttpClient client;

    @BeforeAll
    static void start() {
        Problems.register(ROUTING);
        server = WebServer.builder()
                .host("127.0.0.1")
                .shutdownHook(false)
                .directHandlers(Problems.directHandlers())
                .routing(ROUTING)
                .build()
                .start();
        client = HttpClient.newHttpClient();
    }

    @AfterAll
    static void stop() {
        client.close();
        WebServer unused = server.stop();
    }

    @Test
    void whatIsAwayIsA503WithoutATextOfIt() throws Exception {
        // I9: no exception text reaches a client.
        assertShowsNothing(503, get("/away"));
    }

    @Test
    void aBugIsA500WithoutATextOfIt() throws Exception {
        // I9: no exception text reaches a client.
        assertShowsNothing(500, get("/bug"));
    }

    private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
        URI address = URI.create("http://127.0.0.1:" + server.port() + path);
        return client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
    }

    private static void assertShowsNothing(int status, HttpResponse<String> answer) {
        assertEquals(status, answer.statusCode());
        assertEquals(
                Problems.MEDIA_TYPE, answer.headers().firstValue("Content-Type").orElse(""));
        for (String word : INSIDE.split(" ", -1)) {
            boolean telling = word.length() > 5 && answer.body().contains(word);
            assertFalse(telling, answer.body());
        }
        assertFalse(answer.body().contains("Exception"), answer.body());
    }
}
