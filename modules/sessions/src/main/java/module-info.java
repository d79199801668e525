module parley.sessions {
    requires transitive parley.kernel;
    requires com.fasterxml.jackson.core;
    requires static com.google.errorprone.annotations;
    requires static transitive org.jspecify;

    exports parley.sessions;
}
