package parley.sessions.internal.protocol.profile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import parley.sessions.internal.protocol.Lifetime;
import parley.sessions.internal.protocol.message.Payload;

/// A token of the tests: a JWT with HMAC SHA-256 and the secret `secret`, for a connection or, with a
/// channel, for a subscription.
sealed interface Token {
    /// What a connection without a token has.
    Valid ANONYMOUS = new Valid("", "", Lifetime.UNLIMITED, null, Set.of());

    /// `channel` is empty in a connection's token; `channels`: the server subscribes the connection to
    /// them; `info`: shown to others.
    record Valid(
            String user,
            String channel,
            Lifetime lifetime,
            @Nullable Payload info,
            Set<String> channels) implements Token {}

    record Expired() implements Token {}

    record Invalid() implements Token {}

    static ObjectNode claims(String user) {
        return Json.MAPPER.createObjectNode().put("sub", user);
    }

    static String signed(ObjectNode claims) {
        String text = encoded("{\"alg\":\"HS256\",\"typ\":\"JWT\"}") + "." + encoded(claims.toString());
        return text + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(mac(text));
    }

    /// What `text` is worth now.
    static Token read(String text) {
        List<String> parts = List.of(text.split("\\.", -1));
        if (parts.size() != 3) {
            return new Invalid();
        }
        try {
            JsonNode header = Json.MAPPER.readTree(decoded(parts.get(0)));
            byte[] given = Base64.getUrlDecoder().decode(parts.get(2));
            boolean genuine = MessageDigest.isEqual(given, mac(parts.get(0) + "." + parts.get(1)));
            return genuine && header.path("alg").asText().equals("HS256")
                    ? valued(Json.MAPPER.readTree(decoded(parts.get(1))), Instant.now())
                    : new Invalid();
        } catch (IOException | IllegalArgumentException e) {
            return new Invalid();
        }
    }

    private static Token valued(JsonNode claims, Instant now) {
        long exp = claims.path("exp").asLong();
        boolean early = claims.path("nbf").asLong() > now.getEpochSecond();
        if (early || (exp != 0 && exp <= now.getEpochSecond())) {
            return new Expired();
        }
        long end = claims.has("expire_at") ? claims.path("expire_at").asLong() : exp;
        Lifetime lifetime = end == 0
                ? Lifetime.UNLIMITED
                : new Lifetime(Math.clamp(end - now.getEpochSecond(), 1, Integer.MAX_VALUE));
        return new Valid(
                claims.path("sub").asText(),
                claims.path("channel").asText(),
                lifetime,
                Json.payload(claims, "info", "b64info"),
                channels(claims));
    }

    private static Set<String> channels(JsonNode claims) {
        Set<String> names = new LinkedHashSet<>();
        claims.path("channels").forEach(name -> names.add(name.asText()));
        claims.path("subs").propertyStream().forEach(each -> names.add(each.getKey()));
        return names;
    }

    /// `text` as a JSON string.
    static String quoted(String text) {
        return Json.MAPPER.getNodeFactory().textNode(text).toString();
    }

    private static String encoded(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] decoded(String part) {
        return Base64.getUrlDecoder().decode(part);
    }

    private static byte[] mac(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec("secret".getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
