package parley.sessions.internal.chat;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import parley.kernel.AccountId;

class RpcBodyTest {

    private static RpcBody read(String json, String... known) {
        return RpcBody.read(json.getBytes(StandardCharsets.UTF_8), known);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[]|data: must be a JSON object",
                "{|data: must be well-formed JSON, no deeper than 20, each key once",
                "{} {}|data: must be one JSON object",
                "{\"a\":1,\"a\":2}|data: must be well-formed JSON, no deeper than 20, each key once",
                "{\"b\":1}|\"b\": unknown field, known are a",
                "{}|a: is required",
                "{\"a\":null}|a: is required",
                "{\"a\":\"5\"}|a: must be a whole number from 1 to 100",
                "{\"a\":1.5}|a: must be a whole number from 1 to 100",
                "{\"a\":0}|a: must be a whole number from 1 to 100, was \"0\"",
                "{\"a\":101}|a: must be a whole number from 1 to 100, was \"101\"",
                "{\"a\":99999999999999999999}|a: must be a whole number from 1 to 100, was \"99999999999999999999\"",
                "{\"a\":1e999}|a: must be a whole number from 1 to 100"
            })
    void badInputNamesTheFieldTheRuleAndTheValue(String json, String sentence) {
        // Bad input gets a clear error that names the field, the rule and the value.
        BadInput bad = assertThrows(BadInput.class, () -> read(json, "a").number("a", 1, 100));
        assertEquals(sentence, bad.sentence());
    }

    @Test
    void aLongOrOddValueIsShownShortAndPrintable() {
        // I9: nothing that a client sends gets raw into an answer or a log.
        BadInput bad = assertThrows(
                BadInput.class,
                () -> read("{\"a\":\"\\u001b[31m\\r\\n" + "x".repeat(100) + "\"}", "a")
                        .account("a"));
        assertEquals(
                "a: must hold decimal account ids, was \"\\u001b[31m\\u000d\\u000a" + "x".repeat(33) + "...\"",
                bad.sentence());
    }

    @Test
    void anObjectComesBackByteForByte() {
        // The body belongs to the application: spaces, escapes and order stay.
        String body = "{ \"text\" : \"h\\u00e9 é 😀\",\n\t\"z\":[1, {\"y\":null}] ,\"a\":1e2}";
        byte[] raw =
                read("{\"id\":\"1\",\"body\": " + body + " }", "id", "body").object("body");
        assertArrayEquals(body.getBytes(StandardCharsets.UTF_8), raw);
    }

    @Test
    void aListOfAccountsIsReadOnceEach() {
        // Repeated accounts count once; other types are refused with the field's name.
        RpcBody body = read("{\"accounts\":[\"7\",\"9\",\"7\"],\"other\":[\"7\",{\"x\":[]}]}", "accounts", "other");
        assertEquals(List.of(new AccountId(7), new AccountId(9)), body.accounts("accounts", 3));
        assertEquals(
                "accounts: at most 2 accounts, was \"3\"",
                assertThrows(BadInput.class, () -> body.accounts("accounts", 2)).sentence());
        assertEquals(
                "other: must hold decimal account ids, was \"\"",
                assertThrows(BadInput.class, () -> body.accounts("other", 9)).sentence());
    }

    @Test
    void noDataIsAnEmptyObject() {
        // Methods without input may be called without data.
        assertFalse(RpcBody.read(null, "a").has("a"));
    }
}
