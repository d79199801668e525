/// Typed ids, secrets, faults and database transactions: what every module needs and nothing else.
module parley.kernel {
    requires transitive java.sql;
    requires static com.google.errorprone.annotations;
    requires static transitive org.jspecify;

    exports parley.kernel;
}
