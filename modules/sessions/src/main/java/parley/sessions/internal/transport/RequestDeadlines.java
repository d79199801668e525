package parley.sessions.internal.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/// Cuts HTTP connections that keep the server waiting: Helidon has no time limit for a request that does
/// not come, or comes a byte at a time, and its idle time-out spares a connection whose headers are
/// still being read. Each accepted socket has a deadline for its first request, then for each answer,
/// then for the line and the headers of each next request; the upgrade ends that. Thread-safe.
final class RequestDeadlines implements Watchdog.Watched {

    /// From the headers to the beginning of the answer, so it bounds a dripping body too.
    static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);
    /// From the beginning of an answer to the request line of the next request.
    static final Duration NEXT_WITHIN = Duration.ofSeconds(75);

    private static final System.Logger LOG = System.getLogger(RequestDeadlines.class.getName());

    private record Pending(SocketChannel channel, long due) {}

    // By the peer's address: unique among the open sockets of a listener.
    private final ConcurrentMap<SocketAddress, Pending> pending = new ConcurrentHashMap<>();
    private final Duration headWithin;

    /// `headWithin`: from a new socket to the end of its first request's headers, and from each request
    /// line to the end of its headers.
    RequestDeadlines(Duration headWithin) {
        this.headWithin = headWithin;
    }

    void accepted(SocketChannel channel) {
        try {
            SocketAddress peer = channel.getRemoteAddress();
            // Peers on Unix sockets have no address of their own.
            if (peer instanceof InetSocketAddress) {
                pending.put(peer, new Pending(channel, due(headWithin)));
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.TRACE, "a socket was closed right after it was accepted", e);
        }
    }

    /// A request line has come: its headers have to follow soon, and never later than they had to before.
    void began(SocketAddress peer) {
        long by = due(headWithin);
        pending.computeIfPresent(peer, (_, one) -> one.due() - by < 0 ? one : new Pending(one.channel(), by));
    }

    void requested(SocketAddress peer) {
        extend(peer, ANSWER_WITHIN);
    }

    void answered(SocketAddress peer) {
        extend(peer, NEXT_WITHIN);
    }

    /// The connection is a WebSocket now, or about to be closed; its channel, if it was known here.
    @Nullable
    SocketChannel release(SocketAddress peer) {
        Pending one = pending.remove(peer);
        return one == null ? null : one.channel();
    }

    @Override
    public boolean look(long now) {
        pending.forEach((peer, one) -> {
            if (now - one.due() > 0 && pending.remove(peer, one)) {
                close(one.channel());
            }
        });
        return true;
    }

    private void extend(SocketAddress peer, Duration within) {
        pending.computeIfPresent(peer, (_, one) -> new Pending(one.channel(), due(within)));
    }

    private static long due(Duration within) {
        return System.nanoTime() + within.toNanos();
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.TRACE, "closing a socket failed", e);
        }
    }
}
