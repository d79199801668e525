/// Proves from outside that nothing is lost. Depends on no module of the server: it knows only what
/// clients saw, and what the tables hold.
module parley.verify {
    requires jakarta.json;
    requires java.net.http;
    requires transitive java.sql;
    requires static centrifuge.java;
    requires static com.google.errorprone.annotations;
    requires static transitive org.jspecify;

    exports parley.verify;
}
