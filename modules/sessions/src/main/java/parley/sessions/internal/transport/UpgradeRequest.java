package parley.sessions.internal.transport;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.Method;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Judges an upgrade request by RFC 6455 section 4.2.1 and by [UpgradeRules]. Pure.
final class UpgradeRequest {

    private static final HeaderName KEY = HeaderNames.create("Sec-WebSocket-Key");
    private static final HeaderName VERSION = HeaderNames.create("Sec-WebSocket-Version");
    private static final HeaderName PROTOCOL = HeaderNames.create("Sec-WebSocket-Protocol");
    private static final int KEY_BYTES = 16;
    private static final int KEY_CHARACTERS = 24;

    sealed interface Judgement {}

    /// Right in every respect. `subprotocol` is to be echoed, if any.
    record Valid(Handshake handshake, String key, @Nullable String subprotocol) implements Judgement {}

    /// To be refused with this status and, in plain words, this reason.
    record Invalid(int status, String reason) implements Judgement {}

    private final UpgradeRules rules;
    private final HttpPrologue prologue;
    private final Headers headers;

    UpgradeRequest(UpgradeRules rules, HttpPrologue prologue, Headers headers) {
        this.rules = rules;
        this.prologue = prologue;
        this.headers = headers;
    }

    boolean isOurs() {
        return prologue.uriPath().rawPath().equals(rules.path());
    }

    Judgement judge(InetAddress peer) {
        Invalid invalid = invalid();
        if (invalid != null) {
            return invalid;
        }
        List<String> offered = tokens(PROTOCOL);
        Encoding encoding = encoding(offered);
        String subprotocol = offered.contains(encoding.subprotocol()) ? encoding.subprotocol() : null;
        InetAddress client = ClientAddress.of(peer, values(HeaderNames.X_FORWARDED_FOR), rules.trustedProxies());
        boolean framePings = parameters("cf_ws_frame_ping_pong").contains("true");
        return new Valid(new Handshake(client, encoding, framePings), single(KEY), subprotocol);
    }

    private @Nullable Invalid invalid() {
        Invalid handshake = invalidHandshake();
        if (handshake != null) {
            return handshake;
        }
        if (!parameters("token").isEmpty() || !parameters("access_token").isEmpty()) {
            return new Invalid(401, "A token in the address is not accepted.");
        }
        List<String> origins = values(HeaderNames.ORIGIN);
        boolean allowed = origins.isEmpty()
                || (origins.size() == 1 && rules.origins().allows(origins.getFirst(), single(HeaderNames.HOST)));
        return allowed ? null : new Invalid(403, "This origin may not connect.");
    }

    private @Nullable Invalid invalidHandshake() {
        if (!prologue.method().equals(Method.GET)) {
            return new Invalid(405, "Connections are opened with GET.");
        }
        if (!prologue.rawProtocol().equals("HTTP/1.1")) {
            return new Invalid(505, "Connections are opened with HTTP/1.1.");
        }
        if (single(HeaderNames.HOST).isEmpty()) {
            return new Invalid(400, "Exactly one Host header is needed.");
        }
        if (tokens(HeaderNames.CONNECTION).stream().noneMatch("upgrade"::equalsIgnoreCase)
                || !single(HeaderNames.UPGRADE).equalsIgnoreCase("websocket")) {
            return new Invalid(400, "This is not a WebSocket upgrade.");
        }
        if (!single(VERSION).equals("13")) {
            return new Invalid(426, "WebSocket version 13 is needed.");
        }
        if (!isKey(single(KEY))) {
            return new Invalid(400, "Exactly one Sec-WebSocket-Key of 16 bytes is needed.");
        }
        boolean body = headers.contains(HeaderNames.TRANSFER_ENCODING)
                || values(HeaderNames.CONTENT_LENGTH).stream().anyMatch(length -> !length.equals("0"));
        return body ? new Invalid(400, "An upgrade request has no body.") : null;
    }

    private Encoding encoding(List<String> offered) {
        if (offered.contains(Encoding.PROTOBUF.subprotocol())) {
            return Encoding.PROTOBUF;
        }
        boolean asked = parameters("format").contains("protobuf")
                || parameters("cf_protocol").contains("protobuf");
        return asked && !offered.contains(Encoding.JSON.subprotocol()) ? Encoding.PROTOBUF : Encoding.JSON;
    }

    private static boolean isKey(String key) {
        if (key.length() != KEY_CHARACTERS) {
            return false;
        }
        try {
            return Base64.getDecoder().decode(key).length == KEY_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private List<String> values(HeaderName name) {
        return headers.all(name, List::of);
    }

    /// The value of a header that must be there exactly once; else empty.
    private String single(HeaderName name) {
        List<String> values = values(name);
        return values.size() == 1 ? values.getFirst().strip() : "";
    }

    private List<String> tokens(HeaderName name) {
        return values(name).stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .map(String::strip)
                .filter(token -> !token.isEmpty())
                .toList();
    }

    /// The raw values of a query parameter. None that matters here needs decoding, and a `token` is
    /// refused even when its value would not decode.
    private List<String> parameters(String name) {
        return Arrays.stream(prologue.query().rawValue().split("&", -1))
                .filter(pair -> pair.equals(name) || pair.startsWith(name + "="))
                .map(pair -> pair.substring(Math.min(pair.length(), name.length() + 1)))
                .toList();
    }
}
