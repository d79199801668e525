/// Conversations, members, permissions, sending, read markers, and the ordered feed of a conversation.
@SuppressWarnings("module") // parley.app is built after this one
module parley.messaging {
    requires transitive parley.kernel;
    requires transitive parley.history;
    requires transitive parley.accounts;
    requires transitive parley.cluster;
    requires transitive micrometer.core;
    requires com.github.benmanes.caffeine;
    requires static com.google.errorprone.annotations;
    requires static transitive org.jspecify;

    exports parley.messaging;
    exports parley.messaging.wiring to
            parley.app;
}
