/// Who a person is: sign-up, passwords, tokens, devices, bans, API keys, audit.
@SuppressWarnings("module") // parley.app is built after this one
module parley.accounts {
    requires transitive parley.kernel;
    requires transitive micrometer.core;
    requires com.fasterxml.jackson.core;
    requires com.github.benmanes.caffeine;
    requires org.bouncycastle.provider;
    requires static com.google.errorprone.annotations;
    requires static transitive org.jspecify;

    exports parley.accounts;
    exports parley.accounts.wiring to
            parley.app;
}
