package parley.app.config;

import java.time.Duration;
import java.util.List;
import parley.accounts.wiring.AccountsConfig;
import parley.app.exit.Failure;

/// The keys of the module `accounts` and the record they make.
final class AccountsKeys {
    static final Key<String> SIGN_UP = Key.word("accounts.sign-up", "open", "open", "closed");
    static final Key<String> ISSUER = Key.text("accounts.issuer", "parley");
    static final Key<Duration> ACCESS_TOKEN_LIFETIME = Key.time("accounts.access-token-lifetime", "15m", "10s", "24h");
    static final Key<Duration> REFRESH_TOKEN_LIFETIME =
            Key.time("accounts.refresh-token-lifetime", "60d", "1m", "400d");
    static final Key<Integer> HASH_THREADS = Key.whole("accounts.hash-threads", 2, 1, 16);
    static final Key<Integer> HASH_QUEUE_MAX = Key.whole("accounts.hash-queue-max", 64, 1, 10_000);
    static final Key<Integer> ATTEMPTS_PER_HANDLE = Key.whole("accounts.attempts-per-handle", 5, 1, 1_000_000);
    static final Key<Integer> ATTEMPTS_PER_ADDRESS = Key.whole("accounts.attempts-per-address", 20, 1, 1_000_000);
    static final Key<Duration> ATTEMPT_WINDOW = Key.time("accounts.attempt-window", "15m", "1s", "24h");
    static final Key<Integer> VERIFIED_TOKENS_MAX = Key.whole("accounts.verified-tokens-max", 50_000, 0, 10_000_000);
    static final Key<Integer> CACHED_PROFILES_MAX = Key.whole("accounts.cached-profiles-max", 100_000, 0, 10_000_000);
    static final Key<Integer> BLOCKED_MAX = Key.whole("accounts.blocked-max", 1_000, 0, 10_000);

    private AccountsKeys() {}

    static List<Key<?>> all() {
        return List.of(
                SIGN_UP,
                ISSUER,
                ACCESS_TOKEN_LIFETIME,
                REFRESH_TOKEN_LIFETIME,
                HASH_THREADS,
                HASH_QUEUE_MAX,
                ATTEMPTS_PER_HANDLE,
                ATTEMPTS_PER_ADDRESS,
                ATTEMPT_WINDOW,
                VERIFIED_TOKENS_MAX,
                CACHED_PROFILES_MAX,
                BLOCKED_MAX);
    }

    static AccountsConfig config(Settings settings) {
        try {
            return new AccountsConfig(
                    settings.get(SIGN_UP).equals("open"),
                    settings.get(ISSUER),
                    settings.get(ACCESS_TOKEN_LIFETIME),
                    settings.get(REFRESH_TOKEN_LIFETIME),
                    settings.get(HASH_THREADS),
                    settings.get(HASH_QUEUE_MAX),
                    settings.get(ATTEMPTS_PER_HANDLE),
                    settings.get(ATTEMPTS_PER_ADDRESS),
                    settings.get(ATTEMPT_WINDOW),
                    settings.get(VERIFIED_TOKENS_MAX),
                    settings.get(CACHED_PROFILES_MAX),
                    settings.get(BLOCKED_MAX));
        } catch (IllegalArgumentException bound) {
            throw new Failure("accounts." + bound.getMessage() + ".");
        }
    }
}
