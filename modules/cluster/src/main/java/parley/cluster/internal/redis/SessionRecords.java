package parley.cluster.internal.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import parley.cluster.Registry.Place;
import parley.cluster.internal.Partitions;
import parley.kernel.AccountId;

/// What the registry keeps in Redis of the sessions of an account on one node: records, each behind its
/// length in 2 bytes: 8 bytes session, the detail in UTF-8, and the seal. Thread-safe.
final class SessionRecords {
    private static final int LENGTH_BYTES = 2;
    private static final int SESSION_BYTES = 8;

    private final Seal seal;

    SessionRecords(Seal seal) {
        this.seal = seal;
    }

    static String key(AccountId account, String bootId) {
        return ClusterKeys.sessions(Partitions.group(Partitions.of(account.value())), bootId);
    }

    static byte[] session(long session) {
        return ByteBuffer.allocate(SESSION_BYTES).putLong(session).array();
    }

    byte[] record(AccountId account, String bootId, long session, String detail) {
        byte[] text = detail.getBytes(StandardCharsets.UTF_8);
        byte[] sealed = new byte[SESSION_BYTES + text.length + Seal.BYTES];
        ByteBuffer unused = ByteBuffer.wrap(sealed).putLong(session).put(text);
        seal.seal(place(account, bootId), sealed);
        return ByteBuffer.allocate(LENGTH_BYTES + sealed.length)
                .putShort((short) sealed.length)
                .put(sealed)
                .array();
    }

    /// The sessions that `value` proves; what it does not prove is left out.
    List<Place> places(AccountId account, String bootId, byte[] value) {
        List<Place> places = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(value);
        while (in.remaining() > LENGTH_BYTES) {
            int length = in.getShort() & 0xffff;
            if (length > in.remaining()) {
                break;
            }
            byte[] sealed = new byte[length];
            in.get(sealed);
            Optional<ByteBuffer> opened = seal.open(place(account, bootId), sealed);
            opened.filter(proven -> proven.remaining() >= SESSION_BYTES)
                    .ifPresent(proven -> places.add(new Place(
                            bootId,
                            proven.getLong(),
                            StandardCharsets.UTF_8.decode(proven).toString())));
        }
        return places;
    }

    private static String place(AccountId account, String bootId) {
        return key(account, bootId) + " " + account;
    }
}
