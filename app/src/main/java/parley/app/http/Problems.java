package parley.app.http;

import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpException;
import io.helidon.http.RequestException;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import parley.kernel.Unavailable;

/// The one place where a fault of a REST request becomes an answer: a problem document with an error id,
/// and for what is our fault one log line with the same id. No exception text reaches a client.
public final class Problems {
    public static final String MEDIA_TYPE = "application/problem+json";

    private static final System.Logger LOG = System.getLogger(Problems.class.getName());
    private static final SecureRandom RANDOM = new SecureRandom();

    private Problems() {}

    /// Makes `routing` answer every exception with a problem document.
    public static void register(HttpRouting.Builder routing) {
        routing.error(Exception.class, Problems::answer);
    }

    /// Answers `fault`, which `request` ended with, unless it ends the connection.
    static void answer(ServerRequest request, ServerResponse response, Exception fault) {
        switch (fault) {
            case Problem problem -> send(response, problem, errorId());
            case HttpException refused ->
                send(response, ofStatus(refused.status().code()), errorId());
            case CloseConnectionException gone -> throw gone;
            case RequestException unreadable ->
                send(response, ofStatus(unreadable.status().code()), errorId());
            default -> answerFault(request, response, fault);
        }
    }

    /// The answers to what never reaches a route: unreadable requests, too large ones.
    public static DirectHandlers directHandlers() {
        DirectHandlers.Builder handlers = DirectHandlers.builder();
        for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
            handlers.addHandler(type, Problems::direct);
        }
        return handlers.build();
    }

    /// 64 random bits in hexadecimal: names one failed request in an answer and in the log.
    public static String errorId() {
        return HexFormat.of().toHexDigits(RANDOM.nextLong());
    }

    private static void answerFault(ServerRequest request, ServerResponse response, Exception fault) {
        String errorId = errorId();
        boolean temporary = fault instanceof Unavailable;
        String where =
                request.prologue().method() + " " + request.matchingPattern().orElse("-");
        LOG.log(temporary ? Level.WARNING : Level.ERROR, "request failed: " + where + ", error " + errorId, fault);
        send(response, temporary ? Problem.unavailable() : internal(), errorId);
    }

    private static void send(ServerResponse response, Problem problem, String errorId) {
        response.status(Status.create(problem.status()));
        problem.headers().forEach((name, value) -> response.header(HeaderNames.create(name), value));
        response.header(HeaderNames.CONTENT_TYPE, MEDIA_TYPE);
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        response.send(document(problem, errorId));
    }

    private static DirectHandler.TransportResponse direct(
            DirectHandler.TransportRequest request,
            DirectHandler.EventType type,
            Status status,
            ServerResponseHeaders headers,
            String message) {
        // A small compressed body may be a huge one, so none is taken; the listener calls it a bad request.
        boolean isEncoded =
                type == DirectHandler.EventType.BAD_REQUEST && request.headers().contains(HeaderNames.CONTENT_ENCODING);
        Problem problem = isEncoded
                ? Problem.of(415, "unsupported-encoding", "Unsupported encoding", "Send the body as it is.")
                : ofStatus(status.code());
        DirectHandler.TransportResponse.Builder answer = DirectHandler.TransportResponse.builder()
                .status(Status.create(problem.status()))
                .headers(headers);
        problem.headers().forEach((name, value) -> answer.header(HeaderNames.create(name), value));
        return answer.header(HeaderNames.CONTENT_TYPE, MEDIA_TYPE)
                .header(HeaderNames.CACHE_CONTROL, "no-store")
                .keepAlive(type.keepAlive())
                .entity(document(problem, errorId()))
                .build();
    }

    private static Problem ofStatus(int status) {
        return switch (status) {
            case 401 -> Problem.unauthorized();
            case 403 -> Problem.forbidden("This request is refused.");
            case 404 -> Problem.notFound();
            case 413 -> Problem.of(413, "too-large", "Too large", "The request's body is too large.");
            case 500 -> internal();
            case 503 -> Problem.unavailable();
            default ->
                status >= 400 && status < 500
                        ? Problem.of(status, "malformed", "Malformed request", "The request cannot be read.")
                        : Problem.of(status, "", Status.create(status).reasonPhrase(), "");
        };
    }

    private static Problem internal() {
        return Problem.of(500, "internal", "Internal error", "Something failed here; the error id names it.");
    }

    private static byte[] document(Problem problem, String errorId) {
        JsonObjectBuilder json = Json.createObjectBuilder()
                .add("type", problem.type())
                .add("title", problem.title())
                .add("status", problem.status())
                .add("detail", problem.detail())
                .add("errorId", errorId);
        if (!problem.errors().isEmpty()) {
            JsonArrayBuilder errors = Json.createArrayBuilder();
            for (FieldError error : problem.errors()) {
                errors.add(Json.createObjectBuilder(
                        Map.of("field", error.field(), "rule", error.rule(), "value", error.value())));
            }
            json.add("errors", errors);
        }
        return json.build().toString().getBytes(StandardCharsets.UTF_8);
    }
}
