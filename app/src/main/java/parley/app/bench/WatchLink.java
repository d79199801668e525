package parley.app.bench;

import jakarta.json.JsonObject;

/// One connection of the JSON protocol. Thread-safe.
interface WatchLink extends AutoCloseable {
    /// Sends `{"id":n, <part>}`; the reply, or a [java.util.concurrent.CompletionException] when none comes.
    JsonObject ask(String part);

    boolean isOpen();

    /// With which code it ended; 0 while it is open.
    int closeCode();

    @Override
    void close();
}
