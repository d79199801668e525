package parley.verify.internal.client;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import parley.verify.Row;

/// Entries as rows of the record, and JSON as everybody here reads it. Pure.
public final class Rows {
    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());
    private static final int PRINT_BYTES = 8;

    private Rows() {}

    public static JsonObject json(String text) {
        try (JsonReader reader = READERS.createReader(new StringReader(text))) {
            return reader.readObject();
        }
    }

    /// The fingerprint of a body: a changed byte changes it.
    public static String print(JsonObject body) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(body.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, PRINT_BYTES);
        } catch (NoSuchAlgorithmException never) {
            throw new IllegalStateException(never);
        }
    }

    /// From the `data` of a publication.
    public static Row of(JsonObject entry) {
        return of(entry.getJsonNumber("seq").longValue(), entry.getString("kind"), entry);
    }

    /// What `detail` of an entry says of a member.
    public static String member(JsonObject detail) {
        String change = detail.getString("change", "");
        String until = change.equals("muted") ? ":" + detail.getJsonNumber("until") : "";
        return detail.getString("account", "") + ":" + change + until;
    }

    private static Row of(long seq, String kind, JsonObject entry) {
        JsonObject body = entry.get("body") instanceof JsonObject object ? object : null;
        String print = switch (kind) {
            case Row.MESSAGE, Row.EDIT -> body == null ? "" : print(body);
            case Row.MEMBER -> member(entry);
            case Row.REACTION -> entry.getString("emoji", "") + ":" + entry.getBoolean("on", false);
            case Row.TITLE -> entry.getString("title", "");
            default -> "";
        };
        return new Row(
                seq,
                kind,
                entry.getString("author", ""),
                entry.getString("id", ""),
                entry.get("target") == null ? 0 : entry.getJsonNumber("target").longValue(),
                print,
                entry.get("edited") == null ? 0 : entry.getJsonNumber("edited").longValue(),
                entry.get("recalled") == JsonValue.TRUE);
    }
}
