package parley.app.system;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.util.StringJoiner;

/// JSON objects that differ from a good one in one field, which may hold any text.
final class JsonFields {
    private JsonFields() {}

    static JsonObject object(String text) {
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            return reader.readObject();
        }
    }

    static String without(JsonObject object, String field) {
        return Json.createObjectBuilder(object).remove(field).build().toString();
    }

    /// With `value` as it stands, JSON or not.
    static String with(JsonObject object, String field, String value) {
        StringJoiner text = new StringJoiner(",", "{", "}");
        object.forEach((name, known) -> {
            if (!name.equals(field)) {
                text.add("\"" + name + "\":" + known);
            }
        });
        return text.add("\"" + field + "\":" + value).toString();
    }
}
