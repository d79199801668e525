package parley.sessions.internal.protocol.profile;

import java.time.Instant;

/// Tokens that tests present.
public final class TestTokens {
    private TestTokens() {}

    /// That of a person's connection, without an end.
    public static String of(String user) {
        return Token.signed(Token.claims(user));
    }

    /// One that ends `seconds` from now.
    public static String of(String user, long seconds) {
        return Token.signed(Token.claims(user).put("exp", Instant.now().getEpochSecond() + seconds));
    }

    /// That of a person's subscription, to end `seconds` from now.
    public static String of(String user, String channel, long seconds) {
        return Token.signed(Token.claims(user)
                .put("channel", channel)
                .put("exp", Instant.now().getEpochSecond() + seconds));
    }

    /// One that nobody with the secret made.
    public static String forged() {
        String token = of("7");
        return token.substring(0, token.length() - 4) + "AAAA";
    }
}
