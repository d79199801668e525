package parley.accounts.internal.token;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import parley.kernel.Secret;

final class RefreshTokenTest {
    @Test
    void theNextTokenIsOfTheSameFamily() {
        // Promise: a family keeps its first half through rotations; the second half is new each time.
        RefreshToken first = RefreshToken.begin();
        RefreshToken second = RefreshToken.parse(first.next().text()).orElseThrow();

        assertArrayEquals(first.familyHash(), second.familyHash());
        assertFalse(Arrays.equals(first.latestHash(), second.latestHash()));
        assertFalse(Arrays.equals(first.familyHash(), RefreshToken.begin().familyHash()));
        assertFalse(Arrays.equals(first.familyHash(), first.latestHash()));
    }

    @Test
    void otherTextIsNoToken() {
        // Promise: text of another length or alphabet is refused before anything is looked up.
        String text = RefreshToken.begin().text().reveal();

        assertEquals(86, text.length());
        assertEquals(
                Optional.empty(), RefreshToken.parse(new Secret(text + "A")).map(RefreshToken::text));
        assertEquals(
                Optional.empty(),
                RefreshToken.parse(new Secret(text.substring(1))).map(RefreshToken::text));
        assertEquals(
                Optional.empty(),
                RefreshToken.parse(new Secret("+" + text.substring(1))).map(RefreshToken::text));
    }
}
