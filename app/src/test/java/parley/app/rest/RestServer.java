package parley.app.rest;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import parley.accounts.Revocations;
import parley.accounts.wiring.AccountsConfig;
import parley.accounts.wiring.AccountsModule;
import parley.app.http.ClientAddresses;
import parley.app.http.CrossOrigin;
import parley.app.http.JsonBodies;
import parley.app.http.Problems;
import parley.app.http.Routes;
import parley.app.http.SecurityHeaders;
import parley.kernel.AccountId;
import parley.kernel.DeviceId;
import parley.kernel.IdSource;
import parley.testkit.Engine;
import parley.testkit.TestDatabase;

/// The public routes of this package on a listener and a database of their own, and a client for them.
/// The trusted proxy is this machine, so that tests can speak as one.
final class RestServer implements AutoCloseable {
    static final String ALLOWED_ORIGIN = "https://chat.example.org";
    static final String PASSWORD = "correct horse battery";

    private static final int BODY_BYTES_MAX = 65_536;
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final TestDatabase database;
    private final AccountsModule module;
    private final Routes routes = new Routes();
    private final WebServer server;
    private final HttpClient client = HttpClient.newHttpClient();

    /// Which origins are allowed decides who may use the cookie.
    RestServer(AccountsConfig config, List<String> origins) {
        database = TestDatabase.create(Engine.H2, "accounts");
        module = AccountsModule.create(
                database.database(),
                config,
                new IdSource(InstantSource.system()),
                InstantSource.system(),
                new NoSessions(),
                new SimpleMeterRegistry());
        ClientAddresses clients = new ClientAddresses(List.of("127.0.0.1"));
        CrossOrigin crossOrigin = new CrossOrigin(origins);
        new RestRoutes(
                        module.accounts(),
                        module.tokens(),
                        clients,
                        crossOrigin,
                        config.refreshTokenLifetime(),
                        new JsonBodies(BODY_BYTES_MAX))
                .register(routes);
        HttpRouting.Builder routing = HttpRouting.builder();
        routing.addFilter(new SecurityHeaders(clients));
        routing.addFilter(crossOrigin);
        Problems.register(routing);
        routes.register(routing);
        server = WebServer.builder()
                .host("127.0.0.1")
                .port(0)
                .shutdownHook(false)
                .maxPayloadSize(32 * BODY_BYTES_MAX)
                .directHandlers(Problems.directHandlers())
                .routing(routing)
                .build()
                .start();
    }

    private static final class NoSessions implements Revocations {
        @Override
        public void signedOut(AccountId account, Collection<DeviceId> devices) {}

        @Override
        public void banned(AccountId account) {}
    }

    /// A status, headers and a JSON body, empty when there was none.
    record Answer(HttpResponse<String> response, JsonObject body) {
        int status() {
            return response.statusCode();
        }

        String text(String name) {
            return body.getString(name);
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }
    }

    /// A person who is signed in.
    record Person(String account, String handle, String device, String accessToken, String refreshToken) {}

    AccountsModule module() {
        return module;
    }

    Routes routes() {
        return routes;
    }

    int port() {
        return server.port();
    }

    static String newHandle() {
        return "person_" + COUNT.incrementAndGet();
    }

    Answer get(String path, String... headers) {
        return send("GET", path, null, headers);
    }

    Answer post(String path, String json, String... headers) {
        return send("POST", path, json, headers);
    }

    /// `headers`: names and values in turn. A body is sent as JSON unless they say otherwise.
    Answer send(String method, String path, @Nullable String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path));
        request.method(
                method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        boolean typed = List.of(headers).contains("Content-Type");
        if (body != null && !typed) {
            request.header("Content-Type", "application/json");
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        try {
            HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(response, parse(response.body()));
        } catch (IOException fault) {
            throw new AssertionError(method + " " + path, fault);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new AssertionError(method + " " + path, stopped);
        }
    }

    Person newPerson() {
        String handle = newHandle();
        Answer made = post("/api/v1/accounts", signUp(handle, "Anna", PASSWORD));
        if (made.status() != 201) {
            throw new AssertionError(made);
        }
        return signIn(handle);
    }

    Person signIn(String handle) {
        Answer tokens = post("/api/v1/tokens", signIn(handle, PASSWORD, false));
        if (tokens.status() != 201) {
            throw new AssertionError(tokens);
        }
        return new Person(
                tokens.text("account"),
                handle,
                tokens.text("device"),
                tokens.text("accessToken"),
                tokens.text("refreshToken"));
    }

    static String signUp(String handle, String displayName, String password) {
        return Json.createObjectBuilder()
                .add("handle", handle)
                .add("displayName", displayName)
                .add("password", password)
                .build()
                .toString();
    }

    static String signIn(String handle, String password, boolean cookie) {
        return Json.createObjectBuilder()
                .add("handle", handle)
                .add("password", password)
                .add("device", "phone")
                .add("cookie", cookie)
                .build()
                .toString();
    }

    static String[] as(Person person) {
        return new String[] {"Authorization", "Bearer " + person.accessToken()};
    }

    private static JsonObject parse(String body) {
        if (body.isEmpty()) {
            return JsonObject.EMPTY_JSON_OBJECT;
        }
        try (JsonReader reader = Json.createReader(new StringReader(body))) {
            return reader.readObject();
        }
    }

    @Override
    public void close() {
        client.close();
        WebServer unused = server.stop();
        module.close();
        database.close();
    }
}
