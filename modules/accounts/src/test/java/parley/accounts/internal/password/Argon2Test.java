package parley.accounts.internal.password;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import parley.kernel.Secret;

final class Argon2Test {
    private static final Argon2 CHEAP = new Argon2(64, 1, 1);

    @Test
    void aStoredPasswordStatesItsCostsAndHasASaltOfItsOwn() {
        // Promise (S5): Argon2id, 19 MiB, 2 passes, 1 lane, as a PHC string.
        Secret password = new Secret("correct horse battery");
        String first = Argon2.CURRENT.hash(password);

        assertTrue(
                first.matches("\\$argon2id\\$v=19\\$m=19456,t=2,p=1\\$[A-Za-z0-9+/]{22}\\$[A-Za-z0-9+/]{43}"), first);
        assertNotEquals(first, Argon2.CURRENT.hash(password));
        assertTrue(Argon2.matches(password, first));
        assertFalse(Argon2.matches(new Secret("Correct horse battery"), first));
        assertTrue(Argon2.CURRENT.made(first));
        assertFalse(CHEAP.made(first));
    }

    @Test
    void hashesOfTheReferenceImplementationMatch() {
        // Promise: what is stored is Argon2id of RFC 9106 and can be checked by any other implementation.
        // Made by argon2id_hash_encoded(2, 256, 1, ...) of the reference C library.
        String phc = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQwMXNvbWVzYQ$B0nKsp2Bnv4UX03N2gwfac1D08ylO2+IFrZPoDAofuI";

        assertTrue(Argon2.matches(new Secret("pa\u00e4ss \uD83D\uDD11 word"), phc));
        assertFalse(Argon2.matches(new Secret("paess \uD83D\uDD11 word"), phc));
    }

    @Test
    void passwordsThatShareTheirFirst72BytesDiffer() {
        // Promise (S5): nothing of a password is silently cut.
        String phc = CHEAP.hash(new Secret("x".repeat(255) + "a"));

        assertTrue(Argon2.matches(new Secret("x".repeat(255) + "a"), phc));
        assertFalse(Argon2.matches(new Secret("x".repeat(255) + "b"), phc));
    }

    @Test
    void aDecoyLooksLikeAHashAndMatchesNothing() {
        // Promise: an unknown handle costs what a known one costs.
        String decoy = CHEAP.decoy();

        assertTrue(CHEAP.made(decoy));
        assertFalse(Argon2.matches(new Secret("anything at all"), decoy));
    }

    @Test
    void otherTextIsABug() {
        // Promise: only our own strings are read; a plain or foreign one is never taken for a hash.
        Secret password = new Secret("password");
        for (String text :
                new String[] {"", "password", "$2a$10$x", "$argon2i$v=19$m=64,t=1,p=1$YQ$YQ", "$argon2id$v=16$a$b$c"}) {
            assertThrows(IllegalStateException.class, () -> Argon2.matches(password, text));
        }
    }
}
