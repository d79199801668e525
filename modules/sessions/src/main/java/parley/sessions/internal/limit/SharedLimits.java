package parley.sessions.internal.limit;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import parley.cluster.Signals;
import parley.cluster.Signals.Topic;
import parley.kernel.AccountId;

/// Limits of an account over all nodes, as well as that can be had without asking anybody: a node tells
/// the others what accounts used that use much, and takes from its own allowances what others tell. What
/// is lost leaves each node with its own limits. Thread-safe; never blocks.
public final class SharedLimits {
    /// How often [#tell] is to be called.
    public static final int TELL_MILLIS = 500;

    /// In one signal, of one limit.
    static final int ACCOUNTS_MAX = 500;

    /// Who has so many of the sessions that an account may have is told of: one in so many.
    private static final int SESSIONS_SHARE = 5;

    private static final long SESSIONS_GOOD_NANOS = 2_000_000_000L;
    private static final byte SESSIONS = 100;
    private static final int ENTRY_BYTES = Long.BYTES + Integer.BYTES;

    private final Signals signals;
    private final Map<Byte, RateLimit<AccountId>> rates;
    private final Places places;
    private final LongSupplier nanos;
    private final Map<String, Sessions> elsewhere = new ConcurrentHashMap<>();

    /// The accounts with many sessions at one node, as it told them last.
    private record Sessions(Map<AccountId, Integer> counts, long atNanos) {}

    public SharedLimits(Signals signals, Allowances allowances, Places places, LongSupplier nanos) {
        this.signals = signals;
        this.rates = allowances.perAccount();
        this.places = places;
        this.nanos = nanos;
    }

    /// Hears the others from now on, and counts what is worth telling them.
    public void listen() {
        rates.values().forEach(RateLimit::share);
        signals.listen(Topic.USAGE, this::received);
    }

    /// Tells the others what was used here lately, if it is worth it.
    public void tell() {
        rates.forEach((code, rate) -> tell(code, rate.takeUntold(ACCOUNTS_MAX)));
        tell(SESSIONS, places.accountsWith(Math.max(2, places.most().perAccount() / SESSIONS_SHARE), ACCOUNTS_MAX));
    }

    private void tell(byte code, Map<AccountId, Integer> used) {
        if (!used.isEmpty()) {
            ByteBuffer bytes = ByteBuffer.allocate(1 + Short.BYTES + used.size() * ENTRY_BYTES)
                    .put(code)
                    .putShort((short) used.size());
            used.forEach((account, number) -> bytes.putLong(account.value()).putInt(number));
            signals.publish(Topic.USAGE, code, bytes.array());
        }
    }

    /// What is of a later version, or cannot be read, is passed over.
    private void received(String from, byte[] payload) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(payload);
            byte code = bytes.get();
            int count = bytes.getShort();
            Map<AccountId, Integer> used = new HashMap<>();
            for (int i = 0; i < count; i++) {
                used.put(new AccountId(bytes.getLong()), Math.max(0, bytes.getInt()));
            }
            RateLimit<AccountId> rate = rates.get(code);
            if (rate != null) {
                used.forEach(rate::tookElsewhere);
            } else if (code == SESSIONS) {
                elsewhere.put(from, new Sessions(used, nanos.getAsLong()));
            }
        } catch (BufferUnderflowException | IllegalArgumentException unreadable) {
            // Limits of this node alone, then.
        }
    }

    /// How many sessions other nodes told that `account` has there, if it has many.
    public int sessionsElsewhere(AccountId account) {
        long now = nanos.getAsLong();
        boolean unused = elsewhere.values().removeIf(told -> now - told.atNanos() > SESSIONS_GOOD_NANOS);
        return elsewhere.values().stream()
                .mapToInt(told -> told.counts().getOrDefault(account, 0))
                .sum();
    }
}
