/// The one way to reach Redis: where it is, with which time-outs and limits it is asked, and when it is
/// not asked at all.
@SuppressWarnings("module") // those that it is exported to are built after this one
module parley.redis {
    requires transitive parley.kernel;
    requires transitive lettuce.core;
    requires static com.google.errorprone.annotations;
    requires static transitive org.jspecify;

    exports parley.redis;
    exports parley.redis.link to
            parley.cluster,
            parley.history;
}
