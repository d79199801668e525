/// Node identity and the bus: a partitioned log of hints between nodes.
module parley.cluster {
    requires transitive parley.kernel;
    requires static com.google.errorprone.annotations;
    requires static transitive org.jspecify;

    exports parley.cluster;
}
