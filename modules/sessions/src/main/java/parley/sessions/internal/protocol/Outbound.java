package parley.sessions.internal.protocol;

import parley.sessions.Disconnect;
import parley.sessions.internal.protocol.codec.EncodedPush;

/// The way out of one session, offered to the back end. Thread-safe, never blocks.
///
/// What is taken goes out in the order in which it was taken, replies included; what gathers while the
/// socket is busy goes out as one frame. Nothing is taken before the session is connected or after it
/// ended.
///
/// The back end keeps two promises, under a lock of its own: it delivers to a channel only between the
/// moment at which the subscribe reply (or connect reply, or subscribe push) was taken and the moment at
/// which it returned from [BackendSession#unsubscribe] (or handed in the unsubscribe push); and it
/// delivers a channel's entries in their order. It may hold that lock while it calls anything here: the
/// engine calls nothing of the back end's from here, and holds no lock when it calls it.
public interface Outbound {
    /// Takes an entry, or a run of entries, that must not be lost: all or nothing. False: not taken,
    /// because there is no room (then [BackendSession#drained] follows once there is) or because the
    /// session is over.
    boolean deliver(EncodedPush push);

    /// Makes anew what waits and holds content that was taken back
    /// ([parley.sessions.internal.protocol.message.Payload#now]).
    /// What is taken later is looked at then, so nothing that was taken back before this call leaves
    /// after it but what had begun to.
    default void purge() {}

    /// Takes an event that may be lost (typing, presence): false, dropped, when the queue is half full.
    boolean offer(EncodedPush push);

    /// Takes a push that changes what the client knows of its subscriptions, or another small one that
    /// has to arrive: there is always room. False only when the session is over.
    boolean announce(EncodedPush push);

    /// Whether [#deliver] would find room now. A hint, except on the thread that alone delivers.
    boolean hasRoom();

    /// The session's token lives on for `lifetime` from now, as after a refresh of the client's own.
    void renew(Lifetime lifetime);

    /// Ends the session; what is queued goes out first. With [Disconnects#SHUTDOWN] also the answers to all
    /// commands that have come, and no more are taken.
    void disconnect(Disconnect why);
}
