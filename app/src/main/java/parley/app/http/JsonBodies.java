package parley.app.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import jakarta.json.Json;
import jakarta.json.JsonConfig;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import jakarta.json.bind.JsonbBuilder;
import jakarta.json.stream.JsonParsingException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.eclipse.yasson.YassonJsonb;

/// JSON bodies as records, strictly: unknown fields, wrong types, repeated names and what breaks a
/// Jakarta Validation constraint are refused with 400 and a line for each fault. Thread-safe.
public final class JsonBodies {
    private static final String MEDIA_TYPE = "application/json";

    private final int bytesMax;
    private final Supplier<Binding> binding;

    /// The libraries behind it, made at first use: they cost more than the rest of the start.
    private record Binding(YassonJsonb jsonb, JsonReaderFactory readers, Constraints constraints) {}

    /// `bytesMax` bounds a body in bytes; a larger one is answered 413.
    public JsonBodies(int bytesMax) {
        this.bytesMax = bytesMax;
        this.binding = new Lazy<>(() -> new Binding(
                (YassonJsonb) JsonbBuilder.create(),
                Json.createReaderFactory(Map.of(JsonConfig.KEY_STRATEGY, JsonConfig.KeyStrategy.NONE)),
                new Constraints()));
    }

    /// The request's body as a `type`, complete and valid; throws [Problem] otherwise.
    public <T extends Record> T read(ServerRequest request, Class<T> type) {
        boolean isJson = request.headers()
                .contentType()
                .map(sent -> sent.mediaType().text().equalsIgnoreCase(MEDIA_TYPE))
                .orElse(false);
        if (!isJson) {
            throw Problem.of(415, "unsupported-media-type", "Unsupported media type", "Send " + MEDIA_TYPE + ".");
        }
        if (request.headers().contains(HeaderNames.CONTENT_ENCODING)) {
            // A small compressed body may be a huge one.
            throw Problem.of(415, "unsupported-encoding", "Unsupported encoding", "Send the body as it is.")
                    .with("Accept-Encoding", "identity");
        }
        return bind(parse(bytes(request)), type);
    }

    /// Refuses a body where none is expected.
    public void expectNone(ServerRequest request) {
        if (request.content().hasEntity() && bytes(request).length > 0) {
            throw Problem.malformed("This request takes no body.");
        }
    }

    /// Answers `body` (a record) as JSON; components that are null are left out.
    public void send(ServerResponse response, Status status, Record body) {
        response.status(status);
        response.headers().setIfAbsent(HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-store"));
        response.header(HeaderNames.CONTENT_TYPE, MEDIA_TYPE);
        response.send(binding.get().jsonb().toJson(body).getBytes(StandardCharsets.UTF_8));
    }

    /// Loads the libraries, so that the first request need not wait for them. Blocks.
    public void warmUp() {
        binding.get().constraints().warmUp();
    }

    private <T extends Record> T bind(JsonObject json, Class<T> type) {
        List<FieldError> errors = new ArrayList<>();
        RecordShape.check(json, type, "", errors);
        refuse(errors);
        T body = binding.get().jsonb().fromJsonStructure(json, type);
        binding.get().constraints().check(body, errors);
        refuse(errors);
        return body;
    }

    private static void refuse(List<FieldError> errors) {
        if (!errors.isEmpty()) {
            throw Problem.invalid(errors);
        }
    }

    private byte[] bytes(ServerRequest request) {
        if (request.headers().contentLength().orElse(0) > bytesMax) {
            throw tooLarge();
        }
        try (InputStream in = request.content().inputStream()) {
            byte[] bytes = in.readNBytes(bytesMax + 1);
            if (bytes.length > bytesMax) {
                throw tooLarge();
            }
            return bytes;
        } catch (IOException cut) {
            throw Problem.malformed("The body ended early.");
        }
    }

    private JsonObject parse(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
        } catch (CharacterCodingException fault) {
            throw Problem.malformed("The body is not UTF-8.");
        }
        try (JsonReader reader =
                binding.get().readers().createReader(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8)) {
            if (reader.read() instanceof JsonObject object) {
                return object;
            }
            throw Problem.malformed("The body is no JSON object.");
        } catch (JsonParsingException fault) {
            throw Problem.malformed("The body is not JSON: see line "
                    + fault.getLocation().getLineNumber() + ", column "
                    + fault.getLocation().getColumnNumber() + ".");
        } catch (JsonException fault) {
            throw Problem.malformed("The body is not JSON.");
        }
    }

    private Problem tooLarge() {
        return Problem.of(413, "too-large", "Too large", "The body may have " + bytesMax + " bytes at most.");
    }
}
