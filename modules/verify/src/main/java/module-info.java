/// Proves from outside that nothing is lost. Depends on no module of the server: it knows only what
/// clients saw, and what the tables hold.
@SuppressWarnings("module") // parley.app is built after this one
module parley.verify {
    requires jakarta.json;
    requires static com.google.errorprone.annotations;
    requires static transitive org.jspecify;

    exports parley.verify;
}
