package parley.accounts.internal.token;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import parley.accounts.Tokens;
import parley.kernel.AccountId;
import parley.kernel.DeviceId;
import parley.kernel.Secret;

/// Tokens with their devices in the database. Thread-safe.
final class SqlTokens implements Tokens {
    private final Verifier verifier;
    private final SignIns signIns;
    private final Refreshes refreshes;
    private final SignOuts signOuts;
    private final BulkIssue bulk;
    private final MeterRegistry metrics;

    SqlTokens(
            Verifier verifier,
            SignIns signIns,
            Refreshes refreshes,
            SignOuts signOuts,
            BulkIssue bulk,
            MeterRegistry metrics) {
        this.verifier = verifier;
        this.signIns = signIns;
        this.refreshes = refreshes;
        this.signOuts = signOuts;
        this.bulk = bulk;
        this.metrics = metrics;
    }

    @Override
    public SignInResult signIn(String handle, Secret password, String deviceName, String clientAddress) {
        SignInResult result = signIns.signIn(handle, password, deviceName, clientAddress);
        count("parley.accounts.sign.ins", "Sign-ins by result", result);
        return result;
    }

    @Override
    public RefreshResult refresh(Secret refreshToken) {
        RefreshResult result = refreshes.refresh(refreshToken);
        count("parley.accounts.refreshes", "Uses of refresh tokens by result", result);
        return result;
    }

    @Override
    public void signOut(AccountId account, DeviceId device) {
        signOuts.now(account, device);
    }

    @Override
    public VerifyResult verify(String accessToken) {
        return verifier.verify(accessToken);
    }

    @Override
    public String jwks() {
        return verifier.jwks();
    }

    @Override
    public List<Issued> issueFor(List<AccountId> accounts, String deviceName, Duration lifetime) {
        return bulk.issue(accounts, deviceName, lifetime);
    }

    private void count(String name, String description, Object result) {
        Counter.builder(name)
                .description(description)
                .tag("result", result.getClass().getSimpleName().toLowerCase(Locale.ROOT))
                .register(metrics)
                .increment();
    }
}
