package parley.accounts.internal.token;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.kernel.AccountId;
import parley.kernel.DeviceId;

/// What an access token says: times in whole seconds. Pure.
record Claims(String issuer, AccountId account, DeviceId device, long issuedAt, long expiresAt, String id) {
    static final String AUDIENCE = "parley";

    private static final long LIFETIME_SECONDS_MAX = 24 * 60 * 60;

    /// The end of the year 9999.
    private static final long LATEST = 253_402_300_799L;

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("iss", issuer);
            json.writeStringField("aud", AUDIENCE);
            json.writeStringField("sub", account.toString());
            json.writeStringField("dev", device.toString());
            json.writeNumberField("iat", issuedAt);
            json.writeNumberField("exp", expiresAt);
            json.writeStringField("jti", id);
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    /// Reads claims of which the signature is known to be ours. Empty when one that we need is missing,
    /// twice there, of another type, not for our audience, begins (`nbf`) later than `latestStart` (seconds),
    /// ends before it was issued or lasts longer than a day. Claims that we do not know are passed over.
    ///
    /// When it was issued (`iat`) is not held against the clock: what comes from the future was made by a
    /// node whose clock is ahead, or is read by one whose clock is behind, and who is told that its token
    /// is invalid does not come back.
    static Optional<Claims> decode(byte[] bytes, long latestStart) {
        try (JsonParser json = JSON.createParser(bytes)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            Reading reading = new Reading();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                JsonToken unused = json.nextToken();
                reading.claim(name, json);
            }
            return json.nextToken() == null ? reading.claims(latestStart) : Optional.empty();
        } catch (IOException malformed) {
            return Optional.empty();
        }
    }

    /// What was read so far; one thread uses it.
    private static final class Reading {
        private @Nullable String issuer;
        private @Nullable String subject;
        private @Nullable String device;
        private @Nullable String id;
        private boolean audience;
        private long issuedAt = -1;
        private long expiresAt = -1;
        private long notBefore;

        void claim(String name, JsonParser json) throws IOException {
            switch (name) {
                case "iss" -> issuer = text(json);
                case "sub" -> subject = text(json);
                case "dev" -> device = text(json);
                case "jti" -> id = text(json);
                case "aud" -> audience = AUDIENCE.equals(text(json));
                case "iat" -> issuedAt = seconds(json);
                case "exp" -> expiresAt = seconds(json);
                case "nbf" -> notBefore = seconds(json);
                default -> {
                    JsonParser unused = json.skipChildren();
                }
            }
        }

        Optional<Claims> claims(long latestStart) {
            if (issuer == null || subject == null || device == null || id == null || !audience) {
                return Optional.empty();
            }
            Optional<AccountId> account = AccountId.parse(subject);
            Optional<DeviceId> signedIn = DeviceId.parse(device);
            boolean timely = within(issuedAt, LATEST)
                    && within(notBefore, latestStart)
                    && expiresAt >= issuedAt
                    && within(expiresAt, issuedAt + LIFETIME_SECONDS_MAX);
            if (account.isEmpty() || signedIn.isEmpty() || !timely) {
                return Optional.empty();
            }
            return Optional.of(new Claims(issuer, account.get(), signedIn.get(), issuedAt, expiresAt, id));
        }

        private static boolean within(long seconds, long latest) {
            return seconds >= 0 && seconds <= latest;
        }

        private static @Nullable String text(JsonParser json) throws IOException {
            String text = json.currentToken() == JsonToken.VALUE_STRING ? json.getText() : null;
            JsonParser unused = json.skipChildren();
            return text;
        }

        /// A whole number of seconds; -1 for anything else.
        private static long seconds(JsonParser json) throws IOException {
            if (json.currentToken() == JsonToken.VALUE_NUMBER_INT
                    && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
                return json.getLongValue();
            }
            JsonParser unused = json.skipChildren();
            return -1;
        }
    }
}
