/// The conversation log: append in writer lanes (group commit), read by position, hot window.
@SuppressWarnings("module") // parley.app is built after this one
module parley.history {
    requires transitive parley.kernel;
    requires transitive parley.redis;
    // Transitive, because the factory in parley.history.wiring takes a MeterRegistry: what an exported
    // signature names must come with the module.
    requires transitive micrometer.core;
    requires com.github.benmanes.caffeine;
    requires com.zaxxer.hikari;
    requires static com.google.errorprone.annotations;
    requires static transitive org.jspecify;

    exports parley.history;
    exports parley.history.wiring to
            parley.app;
}
