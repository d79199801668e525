package parley.app.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.bind.JsonbBuilder;
import jakarta.json.stream.JsonParser;
import jakarta.json.stream.JsonParserFactory;
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
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.yasson.YassonJsonb;

/// JSON bodies as records, strictly: unknown fields, wrong types, repeated names and what breaks a
/// Jakarta Validation constraint are refused with 400 and a line for each fault. Thread-safe.
public final class JsonBodies {
    private static final String MEDIA_TYPE = "application/json";
    private static final int DEPTH_MAX = 16;

    /// Settings of the JSON library that its module does not export.
    private static final String UNIQUE_NAMES = "org.eclipse.parsson.rejectDuplicateKeys";

    private static final String MAX_DEPTH = "org.eclipse.parsson.maxDepth";

    private final int bytesMax;
    private final Supplier<Binding> binding;

    /// The libraries behind it, made at first use: they cost more than the rest of the start.
    private record Binding(YassonJsonb jsonb, JsonParserFactory parsers, Constraints constraints) {}

    /// `bytesMax` bounds a body in bytes; a larger one is answered 413.
    public JsonBodies(int bytesMax) {
        this.bytesMax = bytesMax;
        this.binding = new Lazy<>(() -> new Binding(
                (YassonJsonb) JsonbBuilder.create(),
                Json.createParserFactory(Map.of(UNIQUE_NAMES, true, MAX_DEPTH, DEPTH_MAX)),
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
        // Closed only when it was readable: closing reads on, and may wait behind garbage for bytes that never come.
        InputStream in = request.content().inputStream();
        try {
            byte[] bytes = in.readNBytes(bytesMax + 1);
            if (bytes.length > bytesMax) {
                passOver(in);
                throw tooLarge();
            }
            in.close();
            return bytes;
        } catch (IOException cut) {
            throw Problem.malformed("The body ended early.");
        } catch (IllegalArgumentException unreadable) {
            throw Problem.malformed("The body's chunks cannot be read.");
        }
    }

    /// Reads on without keeping anything: a connection that is closed on unread bytes is reset, and the
    /// answer may be lost on its way. The listener bounds what a body may have at all.
    private static void passOver(InputStream in) throws IOException {
        byte[] part = new byte[8_192];
        int count = in.read(part);
        while (count > 0) {
            count = in.read(part);
        }
    }

    private JsonObject parse(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
        } catch (CharacterCodingException fault) {
            throw Problem.malformed("The body is not UTF-8.");
        }
        try (JsonParser parser =
                binding.get().parsers().createParser(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8)) {
            return object(parser).orElseThrow(() -> Problem.malformed("The body is no JSON object."));
        } catch (JsonParsingException fault) {
            throw Problem.malformed("The body is not JSON: see line "
                    + fault.getLocation().getLineNumber() + ", column "
                    + fault.getLocation().getColumnNumber() + ".");
        } catch (JsonException | IllegalStateException | NoSuchElementException fault) {
            throw Problem.malformed("The body is not JSON.");
        }
    }

    /// The one object that the body is; empty when it is something else.
    private static Optional<JsonObject> object(JsonParser parser) {
        if (parser.next() != JsonParser.Event.START_OBJECT) {
            return Optional.empty();
        }
        JsonObject object;
        try {
            object = parser.getObject();
        } catch (JsonException | IllegalStateException | NoSuchElementException fault) {
            throw fault;
        } catch (RuntimeException tooDeep) {
            // The library says so by a bare RuntimeException.
            throw Problem.malformed("The body is nested deeper than " + DEPTH_MAX + ".");
        }
        // Throws when anything follows.
        return parser.hasNext() ? Optional.empty() : Optional.of(object);
    }

    private Problem tooLarge() {
        return Problem.of(413, "too-large", "Too large", "The body may have " + bytesMax + " bytes at most.");
    }
}
