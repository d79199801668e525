package parley.accounts.wiring;

import java.time.Duration;

/// Settings of the module. [#defaults()] are the product's.
///
/// `issuer` is the `iss` of access tokens (1 to 200 characters); `hashThreads` passwords are hashed at
/// once, 19 MiB each, and `hashQueueMax` wait; `attemptsPerHandle` and `attemptsPerAddress` failed
/// sign-ins are allowed within `attemptWindow`. An account blocks at most `blockedMax` others.
public record AccountsConfig(
        boolean signUpOpen,
        String issuer,
        Duration accessTokenLifetime,
        Duration refreshTokenLifetime,
        int hashThreads,
        int hashQueueMax,
        int attemptsPerHandle,
        int attemptsPerAddress,
        Duration attemptWindow,
        int verifiedTokensMax,
        int cachedProfilesMax,
        int blockedMax) {

    public AccountsConfig {
        require(!issuer.isEmpty() && issuer.length() <= 200, "issuer: 1 to 200 characters");
        within(accessTokenLifetime, Duration.ofSeconds(10), Duration.ofHours(24), "access-token-lifetime: 10s to 24h");
        within(
                refreshTokenLifetime,
                accessTokenLifetime,
                Duration.ofDays(400),
                "refresh-token-lifetime: access-token-lifetime to 400 days");
        require(hashThreads >= 1 && hashThreads <= 16, "hash-threads: 1 to 16");
        require(hashQueueMax >= 1 && hashQueueMax <= 10_000, "hash-queue-max: 1 to 10000");
        require(attemptsPerHandle >= 1, "attempts-per-handle: at least 1");
        require(attemptsPerAddress >= 1, "attempts-per-address: at least 1");
        within(attemptWindow, Duration.ofSeconds(1), Duration.ofDays(1), "attempt-window: 1s to 24h");
        require(verifiedTokensMax >= 0, "verified-tokens-max: at least 0");
        require(cachedProfilesMax >= 0, "cached-profiles-max: at least 0");
        require(blockedMax >= 0 && blockedMax <= 10_000, "blocked-max: 0 to 10000");
    }

    /// Open sign-up; tokens of 15 minutes and 60 days; two hashes at once, 64 waiting; 5 failures per
    /// handle and 20 per address in 15 minutes; 50,000 verified tokens and 100,000 profiles remembered; 1,000
    /// blocked by an account.
    public static AccountsConfig defaults() {
        return new AccountsConfig(
                true,
                "parley",
                Duration.ofMinutes(15),
                Duration.ofDays(60),
                2,
                64,
                5,
                20,
                Duration.ofMinutes(15),
                50_000,
                100_000,
                1_000);
    }

    private static void within(Duration value, Duration least, Duration most, String sentence) {
        require(value.compareTo(least) >= 0 && value.compareTo(most) <= 0, sentence);
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new IllegalArgumentException(sentence);
        }
    }
}
