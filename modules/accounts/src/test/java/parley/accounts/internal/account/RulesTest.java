package parley.accounts.internal.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import parley.accounts.InvalidField;
import parley.kernel.Secret;

final class RulesTest {
    @Test
    void handlesAreThreeToThirtyTwoOfTheirAlphabet() {
        // Promise (contract): handle `[a-z0-9_.]{3,32}`.
        for (String good : List.of("abc", "a.b", "___", "...", "0a9", "x".repeat(32))) {
            assertTrue(Rules.handle("handle", good).isEmpty(), good);
        }
        for (String bad :
                List.of("", "ab", "Abc", "a b", "a-b", "\u00e4bc", "abc\n", "\u0430\u0431\u0432", "x".repeat(33))) {
            assertTrue(Rules.handle("handle", bad).isPresent(), bad);
        }
    }

    @Test
    void namesAreOneToSixtyFourCharactersWithoutControls() {
        // Promise (contract): display name 1 to 64 characters, counted as code points, no control characters.
        for (String good : List.of("A", "\uD83D\uDE80".repeat(64), "\u0627\u0644\u0639", "<b>", "'; drop table")) {
            assertTrue(Rules.name("displayName", good).isEmpty(), good);
        }
        for (String bad :
                List.of("", "x".repeat(65), "\uD83D\uDE80".repeat(65), "a\r\nb", "\u001b[31m", "\u0085", "\uD83D")) {
            assertTrue(Rules.name("displayName", bad).isPresent(), bad);
        }
    }

    @Test
    void passwordsAreEightTo256Bytes() {
        // Promise (contract): password 8 to 256 bytes; refused, never cut.
        for (String good : List.of("12345678", "\uD83D\uDD11\uD83D\uDD11", "x".repeat(256), "        ")) {
            assertTrue(Rules.password("password", new Secret(good)).isEmpty(), good);
        }
        for (String bad : List.of("1234567", "x".repeat(257), "\uD83D\uDD11".repeat(65), "12345678\uD83D")) {
            assertTrue(Rules.password("password", new Secret(bad)).isPresent(), bad);
        }
    }

    @Test
    void aRefusalRepeatsTheValueUnlessItIsSecretOrLong() {
        // Promise: a refusal names field, rule and value; a password or a huge text is not repeated.
        assertEquals(
                new InvalidField("handle", "3 to 32 of a-z 0-9 _ .", "No"),
                Rules.handle("handle", "No").orElseThrow());
        assertNull(Rules.handle("handle", "x".repeat(1_000)).orElseThrow().value());
        assertNull(Rules.password("new", new Secret("short")).orElseThrow().value());
    }
}
