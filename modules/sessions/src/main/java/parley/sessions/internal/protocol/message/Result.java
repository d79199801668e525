package parley.sessions.internal.protocol.message;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import parley.sessions.internal.protocol.Lifetime;

/// The success of a command. Fields of features that are not offered are not here, so they cannot be
/// announced.
public sealed interface Result extends Answered {

    /// `subscriptions` is the complete list of server-side subscriptions. `ttl` in seconds, only read
    /// when `expires`.
    record Connected(
            String client,
            String version,
            boolean expires,
            int ttl,
            @Nullable Payload data,
            Map<String, Subscribed> subscriptions,
            int ping,
            boolean pong)
            implements Result {

        @Override
        @SuppressWarnings("ReferenceEquality") // the same object says that nothing changes
        public Connected with(UnaryOperator<Payload> change) {
            Map<String, Subscribed> now = new LinkedHashMap<>();
            boolean changed = false;
            for (Map.Entry<String, Subscribed> each : subscriptions.entrySet()) {
                Subscribed renewed = each.getValue().with(change);
                changed |= renewed != each.getValue();
                Subscribed unused = now.put(each.getKey(), renewed);
            }
            return changed ? new Connected(client, version, expires, ttl, data, now, ping, pong) : this;
        }
    }

    /// `offset`: where the client stands, before `publications` (which come only with `recovered`).
    record Subscribed(
            boolean expires,
            int ttl,
            boolean recoverable,
            String epoch,
            List<Publication> publications,
            boolean recovered,
            long offset,
            boolean positioned,
            @Nullable Payload data,
            boolean wasRecovering)
            implements Result {

        /// A channel without a stream: no positions, nothing to recover.
        public static Subscribed plain() {
            return of("", false, false, 0, List.of());
        }

        /// A stream, from its top on.
        public static Subscribed fresh(String epoch, long top) {
            return of(epoch, false, false, top, List.of());
        }

        /// A stream that goes on where the client stood: `offset` is the one it asked with,
        /// `publications` follow it without a gap (and may stop short of the top: the rest is delivered
        /// as pushes).
        public static Subscribed resumed(String epoch, long offset, List<Publication> publications) {
            return of(epoch, true, true, offset, publications);
        }

        /// A stream that cannot go on where the client stood; it begins at its top.
        public static Subscribed notResumed(String epoch, long top) {
            return of(epoch, true, false, top, List.of());
        }

        @Override
        public Subscribed with(UnaryOperator<Payload> change) {
            List<Publication> now = Publication.with(publications, change);
            return now == publications
                    ? this
                    : new Subscribed(
                            expires, ttl, recoverable, epoch, now, recovered, offset, positioned, data, wasRecovering);
        }

        /// How long it lives unless renewed.
        public Lifetime lifetime() {
            return expires ? new Lifetime(ttl) : Lifetime.UNLIMITED;
        }

        /// The same, with application data for the SDK's "subscribed" event.
        public Subscribed withData(Payload data) {
            return new Subscribed(
                    expires, ttl, recoverable, epoch, publications, recovered, offset, positioned, data, wasRecovering);
        }

        /// The same, to end in `ttl` seconds unless refreshed.
        public Subscribed expiring(int ttl) {
            return new Subscribed(
                    true, ttl, recoverable, epoch, publications, recovered, offset, positioned, data, wasRecovering);
        }

        private static Subscribed of(
                String epoch, boolean asked, boolean recovered, long offset, List<Publication> entries) {
            boolean stream = !epoch.isEmpty();
            return new Subscribed(false, 0, stream, epoch, entries, recovered, offset, stream, null, asked);
        }
    }

    record Unsubscribed() implements Result {}

    record Published() implements Result {}

    /// By client id.
    record Present(Map<String, ClientInfo> clients) implements Result {}

    record PresenceCounted(int clients, int users) implements Result {}

    /// `epoch` and `offset` are those of the stream's top, whatever was asked.
    record Past(List<Publication> publications, String epoch, long offset) implements Result {
        @Override
        public Past with(UnaryOperator<Payload> change) {
            List<Publication> now = Publication.with(publications, change);
            return now == publications ? this : new Past(now, epoch, offset);
        }
    }

    record RpcAnswered(@Nullable Payload data) implements Result {
        @Override
        @SuppressWarnings("ReferenceEquality") // the same object says that nothing changes
        public RpcAnswered with(UnaryOperator<Payload> change) {
            Payload now = data == null ? null : change.apply(data);
            return now == data ? this : new RpcAnswered(now);
        }
    }

    record Refreshed(String client, String version, boolean expires, int ttl) implements Result {}

    record SubRefreshed(boolean expires, int ttl) implements Result {}
}
