package parley.accounts.internal.account;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import parley.accounts.InvalidField;
import parley.kernel.Secret;

/// What handles, names and passwords must look like. Pure.
public final class Rules {
    private static final Pattern HANDLE = Pattern.compile("[a-z0-9_.]{3,32}");
    private static final int NAME_CHARACTERS_MAX = 64;
    private static final int PASSWORD_BYTES_MIN = 8;
    private static final int PASSWORD_BYTES_MAX = 256;
    private static final int ECHO_CHARS_MAX = 128;

    private Rules() {}

    public static boolean isHandle(String text) {
        return HANDLE.matcher(text).matches();
    }

    public static Optional<InvalidField> handle(String field, String text) {
        return isHandle(text)
                ? Optional.empty()
                : Optional.of(new InvalidField(field, "3 to 32 of a-z 0-9 _ .", echo(text)));
    }

    /// Names of people and devices.
    public static Optional<InvalidField> name(String field, String text) {
        boolean good = !text.isEmpty()
                && text.codePointCount(0, text.length()) <= NAME_CHARACTERS_MAX
                && text.codePoints().noneMatch(Rules::isForbidden);
        return good
                ? Optional.empty()
                : Optional.of(new InvalidField(field, "1 to 64 characters, no control characters", echo(text)));
    }

    public static Optional<InvalidField> password(String field, Secret password) {
        int bytes = utf8Bytes(password.reveal());
        return bytes >= PASSWORD_BYTES_MIN && bytes <= PASSWORD_BYTES_MAX
                ? Optional.empty()
                : Optional.of(new InvalidField(field, "8 to 256 bytes of UTF-8", null));
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    public static List<InvalidField> broken(Optional<InvalidField>... results) {
        return Stream.of(results).flatMap(Optional::stream).toList();
    }

    private static boolean isForbidden(int codePoint) {
        int type = Character.getType(codePoint);
        return type == Character.CONTROL || type == Character.SURROGATE;
    }

    /// Bytes of `text` in UTF-8, -1 when it has none (half of a pair of surrogates).
    private static int utf8Bytes(String text) {
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            return bytes.remaining();
        } catch (CharacterCodingException halfPair) {
            return -1;
        }
    }

    private static @Nullable String echo(String text) {
        return text.length() <= ECHO_CHARS_MAX ? text : null;
    }
}
