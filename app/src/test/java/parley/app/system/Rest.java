package parley.app.system;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import parley.testkit.Await;

/// REST requests to one address, as any program would make them. Thread-safe.
final class Rest {
    private static final AtomicLong PEOPLE = new AtomicLong(System.nanoTime() & 0xffff_ffffL);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final String base;

    /// `base` with a slash at the end.
    Rest(String base) {
        this.base = base;
    }

    /// An account that did not exist before, signed in.
    Person newPerson(String name) {
        String handle = name + "." + Long.toString(PEOPLE.incrementAndGet(), 36);
        String password = "the password of " + handle;
        JsonObject account = call(
                        "POST",
                        "api/v1/accounts",
                        null,
                        "{\"handle\":\"" + handle + "\",\"displayName\":\"" + name + "\",\"password\":\"" + password
                                + "\"}")
                .json();
        return signIn(account.getString("id"), handle, password);
    }

    Person signIn(String id, String handle, String password) {
        JsonObject tokens = call(
                        "POST",
                        "api/v1/tokens",
                        null,
                        "{\"handle\":\"" + handle + "\",\"password\":\"" + password + "\",\"device\":\"test\"}")
                .json();
        return new Person(id, handle, password, tokens.getString("accessToken"), tokens.getString("refreshToken"));
    }

    /// Who a test acts as.
    record Person(String id, String handle, String password, String accessToken, String refreshToken) {}

    Reply get(String path, @Nullable String bearer) {
        return call("GET", path, bearer, null);
    }

    /// What health answers once the node is ready: one on a machine that stood still says for a moment that it
    /// is not.
    Reply awaitReady() {
        return Await.value(
                "ready", () -> Optional.of(get("health/ready", null)).filter(health -> health.status() == 200));
    }

    /// Sends `body` as JSON where there is one, and `bearer` as the credential.
    Reply call(String method, String path, @Nullable String bearer, @Nullable String body) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(20));
        if (bearer != null) {
            request.header("Authorization", "Bearer " + bearer);
        }
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        request.method(
                method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        return send(request.build());
    }

    Reply send(HttpRequest request) {
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            return new Reply(response.statusCode(), response.headers(), response.body(), json(response.body()));
        } catch (IOException lost) {
            throw new UncheckedIOException(lost);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    private static JsonObject json(String text) {
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            return reader.readObject();
        } catch (JsonException other) {
            return JsonValue.EMPTY_JSON_OBJECT;
        }
    }
}
