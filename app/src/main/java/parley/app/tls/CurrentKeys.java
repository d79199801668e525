package parley.app.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/// Gives each new handshake the pair that holds now. A handshake that has begun keeps its own: it goes
/// by the alias. Thread-safe.
final class CurrentKeys extends X509ExtendedKeyManager {
    /// Both in one field, so that nobody sees a new one without its predecessor.
    private volatile Pairs pairs;

    private record Pairs(TlsPair current, TlsPair previous) {}

    CurrentKeys(TlsPair first) {
        this.pairs = new Pairs(first, first);
    }

    TlsPair current() {
        return pairs.current();
    }

    /// Called by one thread at a time.
    void replace(TlsPair next) {
        pairs = new Pairs(next, pairs.current());
    }

    private @Nullable String alias(String kind) {
        TlsPair pair = pairs.current();
        return pair.privateKey().getAlgorithm().equals(kind) ? pair.alias() : null;
    }

    private @Nullable TlsPair find(String alias) {
        Pairs known = pairs;
        if (known.current().alias().equals(alias)) {
            return known.current();
        }
        return known.previous().alias().equals(alias) ? known.previous() : null;
    }

    @Override
    public @Nullable String chooseServerAlias(String kind, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return alias(kind);
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String kind, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return alias(kind);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        TlsPair pair = find(alias);
        return pair == null ? null : pair.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        TlsPair pair = find(alias);
        return pair == null ? null : pair.privateKey();
    }

    @Override
    public String @Nullable [] getServerAliases(String kind, Principal @Nullable [] issuers) {
        String alias = alias(kind);
        return alias == null ? null : new String[] {alias};
    }

    @Override
    public String @Nullable [] getClientAliases(String kind, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(String[] kinds, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }
}
