package parley.sessions.internal.protocol;

import org.jspecify.annotations.Nullable;
import parley.sessions.internal.protocol.message.Payload;
import parley.sessions.internal.protocol.message.ProtocolError;
import parley.sessions.internal.protocol.message.Request;
import parley.sessions.internal.protocol.message.Result;

/// One session, as the back end sees it. What is not overridden is answered "not available".
///
/// Threads: all methods but [#drained] are called one at a time, in the order in which the commands
/// arrived, on a virtual thread, so they may block; while one blocks, the session's later commands wait.
/// [#subscribe], [#refresh] and [#subRefresh] hold the line until they are answered. The others may
/// return unanswered, and then the next command begins at once (up to 64 of them at a time): so sends
/// overlap. Who wants strict order answers before it returns.
///
/// Time: a command that is not answered 3.5 s after it arrived is answered by the engine (see
/// [Answer#ifLate]); one that did not begin by then is refused as busy and never begins.
///
/// Channels named here are within the limits of length and characters, and but for [#subRefresh] never
/// empty.
public interface BackendSession {

    /// The client wants `request.channel()`. Before it answers, the back end must have everything ready
    /// that delivers to the channel, but deliver nothing: the sequence register (catching up), read,
    /// `give`, go on delivering from there loses and repeats nothing. `give` false means that the client
    /// was told otherwise (it may have refused a subscription that is not recovered): undo.
    default void subscribe(Request.Subscribe request, Answer<Result.Subscribed> answer) {
        answer.refuse(ProtocolError.UNKNOWN_CHANNEL);
    }

    /// The client no longer wants `channel`, subscribed or not. When this returns, no push of the
    /// channel is under way and none follows. True if it was subscribed.
    default boolean unsubscribe(String channel) {
        return false;
    }

    default void publish(Request.Publish request, Answer<Result.Published> answer) {
        answer.refuse(ProtocolError.NOT_AVAILABLE);
    }

    default void history(Request.History request, Answer<Result.Past> answer) {
        answer.refuse(ProtocolError.NOT_AVAILABLE);
    }

    default void presence(Request.Presence request, Answer<Result.Present> answer) {
        answer.refuse(ProtocolError.NOT_AVAILABLE);
    }

    default void presenceStats(Request.PresenceStats request, Answer<Result.PresenceCounted> answer) {
        answer.refuse(ProtocolError.NOT_AVAILABLE);
    }

    default void rpc(Request.Rpc request, Answer<Result.RpcAnswered> answer) {
        answer.refuse(ProtocolError.NOT_AVAILABLE);
    }

    /// A message that expects no answer.
    default void send(@Nullable Payload data) {}

    /// A new connection token, never empty. Of somebody else or forged: disconnect with
    /// [Disconnects#INVALID_TOKEN]; expired: with [Disconnects#EXPIRED].
    default void refresh(String token, Answer<Lifetime> answer) {
        answer.refuse(ProtocolError.NOT_AVAILABLE);
    }

    /// A new token for a subscription, never empty; refused as [#refresh] is. `request.channel()` is
    /// empty where the client leaves it to the token to name it. The engine ends an expired subscription
    /// itself: by [#unsubscribe] and a push, or with the session if the server made it.
    default void subRefresh(Request.SubRefresh request, Answer<Renewed> answer) {
        answer.refuse(ProtocolError.NOT_AVAILABLE);
    }

    /// [Outbound#deliver] left something out for want of room, and now there is room. Called once after
    /// each such time, on any thread, outside all locks of the engine; must not block (hand over to a
    /// worker that reads on from the log).
    default void drained() {}

    /// The session is over: its socket is gone or on its way. Called exactly once, after all other
    /// calls; what is delivered afterwards goes nowhere.
    default void ended() {}
}
