package parley.app.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.app.server.Answers.assertProblem;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import parley.testkit.Await;
import parley.testkit.Checkout;

final class PublicListenerIT {
    private static LocalNode node;

    @BeforeAll
    static void start() {
        node = new LocalNode(
                Checkout.temporaryFolder("public"),
                Map.of("http.trusted-proxies", "127.0.0.1", "http.allowed-origins", "https://chat.example"));
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void readyTellsTheStatusAndNothingMore() {
        // /health/ready: 200 or 503, body {"status":"up"|"degraded"|"down"}, nothing more.
        Await.until("the node is up", () -> {
            HttpResponse<String> answer = node.get("/health/ready");
            return answer.statusCode() == 200 && answer.body().equals("{\"status\":\"up\"}");
        });
    }

    @Test
    void thePageIsAskedForAgainAndItsAssetsAreKept() {
        // index no-cache with an ETag, assets immutable with the right types.
        HttpResponse<String> index = node.get("/");
        assertEquals(200, index.statusCode());
        assertEquals("no-cache", header(index, "Cache-Control"));
        assertEquals("text/html; charset=utf-8", header(index, "Content-Type"));
        HttpRequest again =
                request("/").header("If-None-Match", header(index, "ETag")).build();
        assertEquals(304, node.send(again).statusCode());

        Matcher script = Pattern.compile("/assets/[A-Za-z0-9_.-]+\\.js").matcher(index.body());
        assertTrue(script.find(), "the page names a script");
        HttpResponse<String> asset = node.get(script.group());
        assertEquals(200, asset.statusCode());
        assertEquals("text/javascript; charset=utf-8", header(asset, "Content-Type"));
        assertEquals("public, max-age=31536000, immutable", header(asset, "Cache-Control"));
    }

    @Test
    void headHasTheHeadersOfGetAndNoBody() {
        // RFC 9110, 9.3.2.
        HttpResponse<String> head = node.call("HEAD", "/", null, null);
        assertEquals(200, head.statusCode());
        assertEquals(header(node.get("/"), "Content-Length"), header(head, "Content-Length"));
        assertEquals("", head.body());
        assertEquals(200, node.get("/").statusCode(), "the connection is in order");
    }

    @Test
    void anyOtherPathIsNotFoundWithoutAFallBackToThePage() {
        // Any other path: 404, no fall-back to the page.
        for (String path : new String[] {
            "/index.html",
            "/chat",
            "/assets/",
            "/assets/absent.js",
            "/assets/..%2findex.html",
            "/admin/v1/node",
            "/metrics",
            "/openapi.json",
            "/api/v1/nothing",
            "/manifest.json",
            "/assets/.hidden"
        }) {
            assertProblem(404, "not-found", node.get(path));
        }
    }

    @Test
    void aWrongMethodIsAnsweredWithTheRightOnes() {
        // Wrong method 405 with Allow.
        HttpResponse<String> answer = node.call("DELETE", "/api/v1/accounts", null, null);
        assertProblem(405, "method-not-allowed", answer);
        assertEquals("POST, GET", header(answer, "Allow"));
        assertProblem(405, "method-not-allowed", node.call("POST", "/", null, null));
    }

    @Test
    void everyAnswerTellsBrowsersToBeStrict() {
        // CSP without inline script, nosniff, no framing, no referrer; HSTS only behind https; no Server.
        for (String path : new String[] {"/", "/health/ready", "/nothing", "/api/v1/accounts/me"}) {
            HttpResponse<String> answer = node.get(path);
            String policy = header(answer, "Content-Security-Policy");
            assertTrue(policy.contains("script-src 'self';") && policy.contains("frame-ancestors 'none'"), policy);
            assertFalse(policy.contains("unsafe"), policy);
            assertEquals("nosniff", header(answer, "X-Content-Type-Options"));
            assertEquals("no-referrer", header(answer, "Referrer-Policy"));
            assertEquals("", header(answer, "Strict-Transport-Security"));
            assertEquals("", header(answer, "Server"));
        }
        HttpRequest behindHttps =
                request("/").header("X-Forwarded-Proto", "https").build();
        assertEquals("max-age=31536000", header(node.send(behindHttps), "Strict-Transport-Security"));
    }

    @Test
    void pagesOfAllowedOriginsMayCallAndOthersMayNot() {
        // One allow-list serves Origin and CORS.
        HttpResponse<String> allowed = preflight("https://chat.example");
        assertEquals(204, allowed.statusCode());
        assertEquals("https://chat.example", header(allowed, "Access-Control-Allow-Origin"));
        assertEquals("", header(allowed, "Access-Control-Allow-Credentials"));
        for (String other : new String[] {"https://evil.example", "https://chat.example.evil.com", "null"}) {
            assertEquals("", header(preflight(other), "Access-Control-Allow-Origin"), other);
        }
    }

    private static HttpResponse<String> preflight(String origin) {
        return node.send(request("/api/v1/tokens")
                .header("Origin", origin)
                .header("Access-Control-Request-Method", "POST")
                .method("OPTIONS", BodyPublishers.noBody())
                .build());
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(node.node().publicAddress() + path.substring(1)));
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }
}
