/// The conversation log: append in writer lanes (group commit), read by position, hot window.
module parley.history {
    requires transitive parley.kernel;
    requires static com.google.errorprone.annotations;
    requires static transitive org.jspecify;

    exports parley.history;
}
