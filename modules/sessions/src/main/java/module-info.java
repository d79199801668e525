module parley.sessions {
    requires transitive parley.kernel;
    requires com.fasterxml.jackson.core;
    requires io.helidon.common.buffers;
    requires io.helidon.common.concurrency.limits;
    requires io.helidon.common.socket;
    requires io.helidon.http;
    requires io.helidon.webserver;
    requires static com.google.errorprone.annotations;
    requires static transitive org.jspecify;

    exports parley.sessions;
}
