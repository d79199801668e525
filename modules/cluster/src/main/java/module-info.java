/// Node identity and the bus: a partitioned log of hints between nodes.
@SuppressWarnings("module") // parley.app is built after this one
module parley.cluster {
    requires transitive parley.kernel;
    requires transitive parley.redis;
    requires transitive micrometer.core;
    requires static com.google.errorprone.annotations;
    requires static transitive org.jspecify;

    exports parley.cluster;
    exports parley.cluster.wiring to
            parley.app;
}
