/// Conversations, members, permissions, sending, read markers, and the ordered feed of a conversation.
module parley.messaging {
    requires transitive parley.kernel;
    requires transitive parley.history;
    requires transitive parley.accounts;
    requires transitive parley.cluster;
    requires static com.google.errorprone.annotations;
    requires static transitive org.jspecify;

    exports parley.messaging;
}
