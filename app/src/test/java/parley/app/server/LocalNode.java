package parley.app.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.app.config.Configuration;
import parley.testkit.Checkout;

/// A whole node inside the test's JVM, on free ports and an embedded database of its own, and requests
/// to it.
final class LocalNode implements AutoCloseable {
    private final Path folder;
    private final ServingNode node;
    private final HttpClient http = HttpClient.newHttpClient();

    LocalNode() {
        this(Checkout.temporaryFolder("node"), Map.of());
    }

    LocalNode(Path folder, Map<String, String> settings) {
        this.folder = folder;
        Map<String, String> all = new HashMap<>(Map.of(
                "http.port", "0",
                "admin.port", "0",
                "node.data", folder.toString(),
                "node.drain-time", "1s"));
        all.putAll(settings);
        this.node = ServingNode.start(Configuration.read(null, all, name -> null));
    }

    Path folder() {
        return folder;
    }

    ServingNode node() {
        return node;
    }

    /// The key that the first start wrote.
    String adminKey() {
        try {
            return Files.readString(folder.resolve("admin-key")).strip();
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    /// A request to the public listener.
    HttpResponse<String> call(String method, String path, @Nullable String bearer, @Nullable String body) {
        return send(node.publicAddress(), method, path, bearer, body);
    }

    HttpResponse<String> get(String path) {
        return call("GET", path, null, null);
    }

    /// A request to the admin listener with its key.
    HttpResponse<String> admin(String method, String path, @Nullable String body) {
        return send(node.adminAddress(), method, path, adminKey(), body);
    }

    HttpResponse<String> adminAs(@Nullable String key, String method, String path) {
        return send(node.adminAddress(), method, path, key, null);
    }

    private HttpResponse<String> send(
            String address, String method, String path, @Nullable String bearer, @Nullable String body) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(address + path.substring(1))).timeout(Duration.ofSeconds(20));
        if (bearer != null) {
            request.header("Authorization", "Bearer " + bearer);
        }
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        request.method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        return send(request.build());
    }

    HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    /// Signs somebody up and in.
    Person newPerson(String handle) {
        String password = "the password of " + handle;
        var made = Answers.json(call(
                "POST",
                "/api/v1/accounts",
                null,
                "{\"handle\":\"" + handle + "\",\"displayName\":\"" + handle + "\",\"password\":\"" + password
                        + "\"}"));
        var tokens = Answers.json(call(
                "POST",
                "/api/v1/tokens",
                null,
                "{\"handle\":\"" + handle + "\",\"password\":\"" + password + "\",\"device\":\"test\"}"));
        return new Person(made.getString("id"), handle, tokens.getString("accessToken"));
    }

    record Person(String id, String handle, String accessToken) {}

    /// A session of `person`, connected.
    TestSession connect(Person person) {
        return TestSession.connect(http, node.publicAddress(), person.accessToken());
    }

    @Override
    public void close() {
        http.close();
        node.stop();
    }
}
