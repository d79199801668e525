package parley.verify.internal.client;

import jakarta.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// A device's way to the server: connects, stays connected, comes back by itself. Commands do not block;
/// each is answered exactly once, on any thread.
public interface Link {
    /// A subscription as the server announced it.
    record Sub(String conv, long offset, String epoch, boolean wasRecovering, boolean recovered) {}

    /// Where a device wants to go on.
    record Position(long offset, String epoch) {}

    /// An entry as the client protocol gives it.
    record Entry(long offset, JsonObject data) {}

    /// What arrives, in order, one call at a time. Called with the device's lock held.
    interface Listener {
        /// Positions to present, by conversation.
        Map<String, Position> positions();

        void connected(String address, List<Sub> subs);

        void subscribed(Sub sub);

        void received(String conv, Entry entry);

        void unsubscribed(String conv, int code);

        void closed(int code);
    }

    /// `raw` or `sdk`.
    String speaks();

    void start();

    void rpc(String method, String data, Consumer<Answer> done);

    /// `from` -1: from the end. The answer's data is `{publications:[{data, offset}], offset, epoch}`.
    void history(String conv, long from, int limit, boolean reverse, Consumer<Answer> done);

    /// Away without a word, and back soon.
    void cut();

    void stop();
}
