package parley.sessions.internal.protocol.profile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import parley.sessions.internal.protocol.message.ProtocolError;

/// The server API of section 22 of the protocol: `POST /api/<method>`. A key is not needed, but one that
/// is given must be `test-api-key`.
final class HttpApi implements HttpService {
    private static final String KEY = "test-api-key";
    private static final HeaderName API_KEY = HeaderNames.create("X-API-Key");
    private static final HeaderName ERROR_MODE = HeaderNames.create("X-Centrifugo-Error-Mode");

    /// HTTP's code for an error where the caller wants one.
    private static final Map<Integer, Integer> STATUS =
            Map.of(100, 500, 102, 404, 104, 404, 107, 400, 108, 400, 112, 416, 113, 409);

    private final ApiMethods methods;

    HttpApi(MemoryBackend backend) {
        methods = new ApiMethods(backend);
    }

    @Override
    public void routing(HttpRules rules) {
        rules.post("/{method}", this::handle);
    }

    private void handle(ServerRequest request, ServerResponse response) throws IOException {
        if (!key(request).orElse(KEY).equals(KEY)) {
            response.status(Status.UNAUTHORIZED_401).send();
            return;
        }
        byte[] body = request.content().as(byte[].class);
        String method = request.path().pathParameters().get("method");
        ObjectNode answer = body(method, body);
        int code = answer.path("error").path("code").asInt();
        if (code != 0 && request.headers().value(ERROR_MODE).orElse("").equals("transport")) {
            response.status(STATUS.getOrDefault(code, 400));
        }
        response.header(HeaderNames.CONTENT_TYPE, "application/json").send(Json.MAPPER.writeValueAsBytes(answer));
    }

    private static Optional<String> key(ServerRequest request) {
        return request.headers()
                .value(API_KEY)
                .or(() -> request.headers()
                        .value(HeaderNames.AUTHORIZATION)
                        .filter(value -> value.startsWith("apikey "))
                        .map(value -> value.substring("apikey ".length())))
                .or(() -> request.query().first("api_key").asOptional());
    }

    private ObjectNode body(String method, byte[] body) {
        JsonNode in;
        try {
            in = Json.MAPPER.readTree(body);
        } catch (IOException e) {
            return answer(() -> {
                throw new ApiProblem(ProtocolError.BAD_REQUEST);
            });
        }
        return method.equals("batch") ? batch(in) : answer(() -> methods.call(method, in));
    }

    private ObjectNode batch(JsonNode in) {
        ObjectNode result = Json.MAPPER.createObjectNode();
        ArrayNode replies = result.putArray("replies");
        for (JsonNode command : in.path("commands")) {
            command.propertyStream().limit(1).forEach(each -> {
                ObjectNode answer = answer(() -> methods.call(each.getKey(), each.getValue()));
                boolean failed = answer.has("error");
                replies.addObject().set(failed ? "error" : each.getKey(), answer.get(failed ? "error" : "result"));
            });
        }
        return result;
    }

    /// `{"result":...}` or `{"error":...}`.
    static ObjectNode answer(Supplier<ObjectNode> call) {
        ObjectNode answer = Json.MAPPER.createObjectNode();
        try {
            answer.set("result", call.get());
        } catch (ApiProblem problem) {
            ProtocolError error = problem.error();
            answer.putObject("error").put("code", error.code()).put("message", error.message());
        }
        return answer;
    }
}
