/// The edge: WebSocket transport, client protocol, hub, limits, slow readers, drain.
@SuppressWarnings("module") // parley.app is built after this one
module parley.sessions {
    requires transitive parley.kernel;
    requires transitive parley.accounts;
    requires transitive parley.cluster;
    requires parley.history;
    requires com.fasterxml.jackson.core;
    requires io.helidon.common.buffers;
    requires io.helidon.common.concurrency.limits;
    requires io.helidon.common.socket;
    requires io.helidon.http;
    requires transitive parley.messaging;
    requires transitive io.helidon.webserver;
    requires transitive micrometer.core;
    requires com.github.benmanes.caffeine;
    requires io.github.bucket4j.core;
    requires java.management;
    requires static com.google.errorprone.annotations;
    requires static transitive org.jspecify;

    exports parley.sessions;
    exports parley.sessions.wiring to
            parley.app;
}
