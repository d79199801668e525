package parley.messaging.internal.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import parley.testkit.Seeds;

/// What a message body may be.
final class BodyRulesTest {
    @Test
    void everyJsonObjectIsABody() {
        // Contract: a JSON object; keys of the application come back byte for byte.
        for (String body : List.of(
                "{}",
                " \t\r\n{ \"a\" : 1 , \"b\":[ ] }\n",
                "{\"text\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83d\"}",
                "{\"n\":[0,-0,1,-1,10,1.5,0.25,1e9,1E+9,-2.5e-10]}",
                "{\"w\":[true,false,null]}",
                "{\"a\":1,\"a\":2}",
                "{\"\":{\"\":{}}}",
                "{\"u\":\"\u00e9\u20ac\ud83c\udf75\u007f\uffff\"}")) {
            assertEquals(Optional.empty(), BodyRules.broken(utf8(body)), body);
        }
    }

    @Test
    void anythingElseIsRefused() {
        // Contract: 107 names `field: rule`.
        for (String body : List.of(
                "",
                " ",
                "null",
                "1",
                "\"x\"",
                "[]",
                "[{}]",
                "{",
                "}",
                "{}{}",
                "{} x",
                "{,}",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{a:1}",
                "{'a':1}",
                "{\"a\":01}",
                "{\"a\":1.}",
                "{\"a\":.5}",
                "{\"a\":+1}",
                "{\"a\":1e}",
                "{\"a\":-}",
                "{\"a\":NaN}",
                "{\"a\":tru}",
                "{\"a\":truee}",
                "{\"a\":\"\n\"}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12g4\"}",
                "{\"a\":\"\\u123\"}",
                "{\"a\":\"x}",
                "{\"a\" 1}",
                "{\"a\":1 \"b\":2}",
                "{\"a\":[1,]}",
                "{\"a\":[1 2]}",
                "{\"a\":[}",
                "//\n{}",
                "{/**/}",
                "\ufeff{}",
                "{\"a\":\"\u0000\"}")) {
            assertEquals(Optional.of("body: must be a JSON object"), BodyRules.broken(utf8(body)), body);
        }
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        // Contract: all text UTF-8; RFC 3629: shortest form, no surrogates, up to U+10FFFF.
        for (int[] bytes : List.of(
                new int[] {0x80},
                new int[] {0xC3},
                new int[] {0xC0, 0x80},
                new int[] {0xC1, 0xBF},
                new int[] {0xE0, 0x80, 0x80},
                new int[] {0xED, 0xA0, 0x80},
                new int[] {0xED, 0xBF, 0xBF},
                new int[] {0xF0, 0x80, 0x80, 0x80},
                new int[] {0xF4, 0x90, 0x80, 0x80},
                new int[] {0xF5, 0x80, 0x80, 0x80},
                new int[] {0xE2, 0x82},
                new int[] {0xF0, 0x9F, 0x8D},
                new int[] {0xFF},
                new int[] {0xE2, 0x28, 0xA1})) {
            assertTrue(BodyRules.broken(inString(bytes)).isPresent());
        }
        for (int[] bytes : List.of(
                new int[] {0xC2, 0x80},
                new int[] {0xDF, 0xBF},
                new int[] {0xE0, 0xA0, 0x80},
                new int[] {0xED, 0x9F, 0xBF},
                new int[] {0xEE, 0x80, 0x80},
                new int[] {0xF0, 0x90, 0x80, 0x80},
                new int[] {0xF4, 0x8F, 0xBF, 0xBF})) {
            assertEquals(Optional.empty(), BodyRules.broken(inString(bytes)));
        }
    }

    @Test
    void whatIsTooDeepIsSaidSo() {
        // Contract: depth at most 16.
        assertEquals(Optional.empty(), BodyRules.broken(utf8(nested(16))));
        assertEquals(Optional.of("body: at most 16 levels deep"), BodyRules.broken(utf8(nested(17))));
        assertEquals(Optional.of("body: at most 16 levels deep"), BodyRules.broken(utf8("{\"a\":".repeat(8_000))));
    }

    @Test
    void randomBytesNeverThrow() {
        // Bad input: a clear error, nothing internal.
        Seeds.each(20, seed -> {
            Random random = new Random(seed);
            byte[] alphabet = utf8("{}[]\",:\\u0019eE+-.truefalsn \n\u00e9");
            for (int i = 0; i < 2_000; i++) {
                byte[] body = new byte[random.nextInt(30)];
                for (int at = 0; at < body.length; at++) {
                    body[at] = random.nextInt(8) == 0
                            ? (byte) random.nextInt()
                            : alphabet[random.nextInt(alphabet.length)];
                }
                Optional<String> rule = BodyRules.broken(body);
                assertTrue(rule.isEmpty() || rule.get().startsWith("body: "));
            }
        });
    }

    @Test
    void aClientIdHasOneTo64Bytes() {
        // Contract: client message id 1 to 64 bytes.
        assertTrue(BodyRules.isClientId("a"));
        assertTrue(BodyRules.isClientId("x".repeat(64)));
        assertTrue(BodyRules.isClientId("\u00e9".repeat(32)));
        assertFalse(BodyRules.isClientId(null));
        assertFalse(BodyRules.isClientId(""));
        assertFalse(BodyRules.isClientId("x".repeat(65)));
        assertFalse(BodyRules.isClientId("\u00e9".repeat(33)));
        assertFalse(BodyRules.isClientId("a\ud800"));
    }

    private static String nested(int depth) {
        return "{\"a\":".repeat(depth - 1) + "{}" + "}".repeat(depth - 1);
    }

    private static byte[] inString(int[] bytes) {
        byte[] body = utf8("{\"a\":\"" + "x".repeat(bytes.length) + "\"}");
        for (int i = 0; i < bytes.length; i++) {
            body[6 + i] = (byte) bytes[i];
        }
        return body;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
