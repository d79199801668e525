package parley.sessions.internal.limit;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.sessions.internal.protocol.message.ProtocolError;

/// How much each account may do, over all its sessions, and each conversation. On several nodes see
/// [SharedLimits]. Every method answers null when it is allowed, else the error for the client, which
/// says how long to wait. Thread-safe; never blocks.
public final class Allowances {
    private final RateLimit<AccountId> connects;
    private final RateLimit<AccountId> sends;
    private final RateLimit<ConversationId> conversationSends;
    private final RateLimit<AccountId> historyReads;
    private final RateLimit<AccountId> presenceReads;
    private final RateLimit<AccountId> ephemeral;
    private final CountLimit<AccountId> readsInFlight;

    /// `ephemeral`: typing and whatever else is lost without harm. `readsInFlight`: commands of an
    /// account that ask the database at the same time, sends apart.
    public record Rates(
            Rate connects,
            Rate sends,
            Rate conversationSends,
            Rate historyReads,
            Rate presenceReads,
            Rate ephemeral,
            int readsInFlight) {
        public static final Rates DEFAULT = new Rates(
                new Rate(2, 100),
                new Rate(1_000, 3_000),
                new Rate(2_000, 6_000),
                new Rate(50, 400),
                new Rate(20, 200),
                new Rate(10, 50),
                16);
    }

    /// `nanos` is a clock that never goes back.
    public Allowances(Rates rates, LongSupplier nanos, MeterRegistry metrics) {
        connects = new RateLimit<>("connects", rates.connects(), nanos, metrics);
        sends = new RateLimit<>("sends", rates.sends(), nanos, metrics);
        conversationSends = new RateLimit<>("conversation-sends", rates.conversationSends(), nanos, metrics);
        historyReads = new RateLimit<>("history-reads", rates.historyReads(), nanos, metrics);
        presenceReads = new RateLimit<>("presence-reads", rates.presenceReads(), nanos, metrics);
        ephemeral = new RateLimit<>("ephemeral", rates.ephemeral(), nanos, metrics);
        readsInFlight = new CountLimit<>("reads-in-flight", rates.readsInFlight(), metrics);
    }

    /// A token that is good asks for a session.
    public @Nullable ProtocolError connect(AccountId account) {
        return error("connects of this account", connects.take(account));
    }

    /// A message. [#sent] follows when it was accepted: the conversation is charged only then, so that
    /// whoever is no member cannot use up what its members have.
    public @Nullable ProtocolError send(AccountId account, ConversationId conversation) {
        long wait = conversationSends.ask(conversation);
        return wait == 0
                ? error("messages of this account", sends.take(account))
                : error("messages in this conversation", wait);
    }

    public void sent(ConversationId conversation) {
        conversationSends.charge(conversation);
    }

    /// A page of history.
    public @Nullable ProtocolError history(AccountId account) {
        return error("reads of history", historyReads.take(account));
    }

    /// A question who is present.
    public @Nullable ProtocolError presence(AccountId account) {
        return error("reads of presence", presenceReads.take(account));
    }

    /// Typing, or another event that is lost without harm: over the limit it is dropped, or refused
    /// where an answer is waited for.
    public @Nullable ProtocolError ephemeral(AccountId account) {
        return error("events of this account", ephemeral.take(account));
    }

    /// A command that asks the database begins. Null: it may, and [#readEnded] follows exactly once.
    public @Nullable ProtocolError readBegins(AccountId account) {
        return readsInFlight.enter(account)
                ? null
                : ProtocolError.tooManyRequests("commands of this account under way", 1_000);
    }

    public void readEnded(AccountId account) {
        readsInFlight.leave(account);
    }

    /// The rates of accounts by the codes under which nodes tell each other of them; a code keeps its
    /// meaning.
    Map<Byte, RateLimit<AccountId>> perAccount() {
        return Map.of(
                (byte) 1, connects,
                (byte) 2, sends,
                (byte) 3, historyReads,
                (byte) 4, presenceReads,
                (byte) 5, ephemeral);
    }

    private static @Nullable ProtocolError error(String what, long waitMillis) {
        return waitMillis == 0 ? null : ProtocolError.tooManyRequests(what, waitMillis);
    }
}
