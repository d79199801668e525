package parley.verify.internal.table;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import parley.verify.Event;
import parley.verify.LogTables;
import parley.verify.Row;
import parley.verify.VerifyFault;
import parley.verify.internal.client.Rows;

/// Asks a node's operators' listener, where nobody else can open the database: weaker, because the
/// program that is judged reads for its judge; what it keeps beside the log is believed to follow from
/// it.
public final class AdminTables implements LogTables {
    private static final int PAGE = 100;

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final String address;
    private final String key;

    /// `address` ends with a slash.
    public AdminTables(String address, String key) {
        this.address = address;
        this.key = key;
    }

    @Override
    public String source() {
        return "the node itself, by its operators' listener";
    }

    @Override
    public Event.Dump read(String conversation) {
        JsonObject head = get("conversations/" + conversation);
        List<Row> rows = new ArrayList<>();
        String after = "0";
        while (!after.isEmpty()) {
            JsonObject page = get("conversations/" + conversation + "/entries?limit=" + PAGE + "&after=" + after);
            page.getJsonArray("entries").getValuesAs(JsonObject.class).forEach(one -> rows.add(row(one)));
            after = page.getString("next", "");
        }
        return new Event.Dump(
                0,
                source(),
                conversation,
                "",
                head.getJsonNumber("head").longValue(),
                head.getJsonNumber("messages").longValue(),
                rows,
                List.of());
    }

    /// What the protocol puts beside the other fields is in `detail` here.
    private static Row row(JsonObject entry) {
        JsonObject flat = entry;
        if (entry.get("detail") instanceof JsonObject detail) {
            var builder = Json.createObjectBuilder(entry);
            for (var field : detail.entrySet()) {
                JsonValue value = field.getValue();
                builder.add(field.getKey(), value);
            }
            flat = builder.build();
        }
        return Rows.of(flat);
    }

    private JsonObject get(String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + "admin/v1/" + path))
                .timeout(Duration.ofSeconds(10))
                .header("Authorization", "Bearer " + key)
                .build();
        try {
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new VerifyFault("The operators' listener answers " + response.statusCode() + " to " + path + ".");
            }
            return Rows.json(response.body());
        } catch (IOException fault) {
            throw new VerifyFault("The operators' listener does not answer.", fault);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new VerifyFault("Interrupted.", stopped);
        }
    }
}
