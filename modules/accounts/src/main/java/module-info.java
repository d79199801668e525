module parley.accounts {
    requires transitive parley.kernel;
    requires static com.google.errorprone.annotations;
    requires static transitive org.jspecify;
}
