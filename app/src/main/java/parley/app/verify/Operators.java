package parley.app.verify;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import parley.verify.VerifyFault;

/// A node's operators' listener, where nobody else can open the database. Its calls block; a [VerifyFault]
/// when it does not do what it is asked for. Used by one thread.
public final class Operators {
    private static final int PAGE = 100;
    private static final int GONE = 404;

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final String address;
    private final String key;

    /// `address` ends with a slash.
    public Operators(String address, String key) {
        this.address = address;
        this.key = key;
    }

    /// Deletes accounts, as a person's wish to be deleted is met: the node recalls what they wrote.
    public int delete(Collection<String> accounts) {
        int deleted = 0;
        for (String account : accounts) {
            HttpResponse<String> response = ask("DELETE", "accounts/" + account);
            if (response.statusCode() / 100 == 2) {
                deleted++;
            } else if (response.statusCode() != GONE) {
                throw refused(response, "accounts/" + account);
            }
        }
        return deleted;
    }

    /// Accounts that [SignedUpPeople] of any run made and that are still there.
    public List<String> leftOver() {
        List<String> found = new ArrayList<>();
        String cursor = "";
        do {
            String path = "accounts?limit=" + PAGE
                    + (cursor.isEmpty() ? "" : "&cursor=" + URLEncoder.encode(cursor, StandardCharsets.UTF_8));
            HttpResponse<String> response = ask("GET", path);
            if (response.statusCode() != 200) {
                throw refused(response, path);
            }
            try (JsonReader reader = Json.createReader(new StringReader(response.body()))) {
                JsonObject page = reader.readObject();
                for (JsonObject one : page.getJsonArray("accounts").getValuesAs(JsonObject.class)) {
                    if (SignedUpPeople.made(one.getString("handle", ""), one.getString("displayName", ""))) {
                        found.add(one.getString("id"));
                    }
                }
                cursor = page.getString("next", "");
            }
        } while (!cursor.isEmpty());
        return found;
    }

    private static VerifyFault refused(HttpResponse<String> response, String path) {
        return new VerifyFault("The operators' listener answers " + response.statusCode() + " to " + path + ".");
    }

    private HttpResponse<String> ask(String method, String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + "admin/v1/" + path))
                .timeout(Duration.ofSeconds(10))
                .header("Authorization", "Bearer " + key)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException away) {
            throw new VerifyFault("The operators' listener at " + address + " does not answer.", away);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new VerifyFault("Interrupted.", stopped);
        }
    }
}
