module parley.messaging {
    requires transitive parley.kernel;
    requires static com.google.errorprone.annotations;
    requires static transitive org.jspecify;
}
