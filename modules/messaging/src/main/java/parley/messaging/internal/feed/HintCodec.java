package parley.messaging.internal.feed;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import parley.history.Entry;
import parley.history.EntryKind;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;

/// Hints as bytes, version 2. All numbers big-endian.
///
/// ```
/// byte version = 2, byte kind (1 committed, 2 read, 4 shown, 5 beat), long key, byte n, n bytes of the epoch
/// committed: long first, last, head, version; int n, n x (long account, seq, visibleFrom);
///            int n, n x (long account); int n, n x entry
/// entry:     long seq, byte kind, long author, byte n, n bytes of the client id (0 = none), long target,
///            time, messages; int n, n bytes of detail; int n, n bytes of body; int n, n bytes of the
///            revision
/// read:      long conversation, seq, unread
/// shown:     long conversation, head; byte 1 shown, 0 hidden
/// beat:      long beat
/// ```
///
/// The key is the conversation's id, or the account's for a read marker and for what is shown, or the
/// node's for a beat. Thread-safe.
final class HintCodec {
    private static final byte VERSION = 2;
    private static final byte COMMITTED = 1;
    private static final byte READ = 2;
    private static final byte SHOWN = 4;
    private static final byte BEAT = 5;
    private static final int FIXED_BYTES = 1 + 1 + 8 + 1;
    private static final int ENTRY_FIXED_BYTES = 8 + 1 + 8 + 1 + 3 * 8 + 4 + 4 + 4;

    private final byte[] epoch;

    HintCodec(String epoch) {
        this.epoch = epoch.getBytes(StandardCharsets.UTF_8);
    }

    byte[] encode(Hint hint) {
        return switch (hint) {
            case Hint.Committed committed -> encode(committed);
            case Hint.Read read -> {
                byte[] payload = payload(3 * 8);
                ByteBuffer out = begin(payload, READ, read.account().value());
                out.putLong(read.conversation().value()).putLong(read.seq()).putLong(read.unread());
                yield payload;
            }
            case Hint.Shown shown -> {
                byte[] payload = payload(2 * 8 + 1);
                ByteBuffer out = begin(payload, SHOWN, shown.account().value());
                out.putLong(shown.conversation().value()).putLong(shown.head());
                out.put((byte) (shown.isShown() ? 1 : 0));
                yield payload;
            }
            case Hint.Beat(long node, long beat) -> {
                byte[] payload = payload(8);
                ByteBuffer unused = begin(payload, BEAT, node).putLong(beat);
                yield payload;
            }
        };
    }

    /// About how many bytes `entry` takes in a hint.
    static int size(Entry entry) {
        return ENTRY_FIXED_BYTES
                + clientId(entry).length
                + entry.detail().length
                + entry.body().length
                + revision(entry).length;
    }

    /// The hint that `payload` is; empty when `wanted` does not want its conversation (asked only for a
    /// commit that neither adds nor removes anybody, nor recalls anything). Throws [Unreadable] for anything
    /// that is not a hint of this data set.
    Optional<Hint> decode(byte[] payload, Predicate<ConversationId> wanted) throws Unreadable {
        try {
            return decode(ByteBuffer.wrap(payload), wanted);
        } catch (BufferUnderflowException | IllegalArgumentException | IllegalStateException broken) {
            throw new Unreadable("malformed");
        } catch (IndexOutOfBoundsException broken) {
            throw new Unreadable("short");
        }
    }

    private Optional<Hint> decode(ByteBuffer in, Predicate<ConversationId> wanted) throws Unreadable {
        if (in.get() != VERSION) {
            throw new Unreadable("version");
        }
        byte kind = in.get();
        long key = in.getLong();
        byte[] from = bytes(in, in.get());
        if (!Arrays.equals(from, epoch)) {
            throw new Unreadable("epoch");
        }
        if (kind == READ) {
            ConversationId conversation = new ConversationId(in.getLong());
            return Optional.of(new Hint.Read(new AccountId(key), conversation, in.getLong(), in.getLong()));
        }
        if (kind == SHOWN) {
            ConversationId conversation = new ConversationId(in.getLong());
            return Optional.of(new Hint.Shown(new AccountId(key), conversation, in.getLong(), in.get() == 1));
        }
        if (kind == BEAT) {
            return Optional.of(new Hint.Beat(key, in.getLong()));
        }
        if (kind != COMMITTED) {
            throw new Unreadable("kind");
        }
        return decodeCommitted(in, new ConversationId(key), wanted);
    }

    private Optional<Hint> decodeCommitted(ByteBuffer in, ConversationId conversation, Predicate<ConversationId> wanted)
            throws Unreadable {
        long first = in.getLong();
        long last = in.getLong();
        long head = in.getLong();
        long version = in.getLong();
        List<Hint.Joined> added = new ArrayList<>();
        for (int n = count(in, 24); n > 0; n--) {
            added.add(new Hint.Joined(new AccountId(in.getLong()), in.getLong(), in.getLong()));
        }
        List<AccountId> removed = new ArrayList<>();
        for (int n = count(in, 8); n > 0; n--) {
            removed.add(new AccountId(in.getLong()));
        }
        if (added.isEmpty() && removed.isEmpty() && !wanted.test(conversation) && !recalls(in.duplicate())) {
            return Optional.empty();
        }
        int entries = count(in, ENTRY_FIXED_BYTES);
        if (first < 1 || last < first || head < last || (entries != 0 && entries != last - first + 1)) {
            throw new Unreadable("numbers");
        }
        List<Entry> carried = new ArrayList<>(entries);
        for (int i = 0; i < entries; i++) {
            carried.add(entry(in, conversation, first + i));
        }
        return Optional.of(new Hint.Committed(conversation, first, last, head, version, added, removed, carried));
    }

    /// Whether a recall is among the entries that begin here; reads no more of them than that takes.
    private static boolean recalls(ByteBuffer in) throws Unreadable {
        for (int n = count(in, ENTRY_FIXED_BYTES); n > 0; n--) {
            in.position(in.position() + 8);
            if (in.get() == EntryKind.RECALL.code()) {
                return true;
            }
            in.position(in.position() + 8);
            skip(in, in.get());
            in.position(in.position() + 3 * 8);
            skip(in, in.getInt());
            skip(in, in.getInt());
            skip(in, in.getInt());
        }
        return false;
    }

    private static Entry entry(ByteBuffer in, ConversationId conversation, long expected) throws Unreadable {
        long seq = in.getLong();
        if (seq != expected) {
            throw new Unreadable("numbers");
        }
        EntryKind kind = EntryKind.of(in.get());
        AccountId author = new AccountId(in.getLong());
        byte[] clientId = bytes(in, in.get());
        long target = in.getLong();
        long time = in.getLong();
        long messages = in.getLong();
        byte[] detail = bytes(in, in.getInt());
        byte[] body = bytes(in, in.getInt());
        Entry.Revision revision = Entry.Revision.decoded(bytes(in, in.getInt()));
        return new Entry(
                conversation,
                seq,
                kind,
                author,
                clientId.length == 0 ? null : new String(clientId, StandardCharsets.UTF_8),
                target,
                time,
                messages,
                detail,
                body,
                revision);
    }

    private byte[] encode(Hint.Committed hint) {
        int size = 4 * 8 + 4 + hint.added().size() * 24 + 4 + hint.removed().size() * 8 + 4;
        for (Entry entry : hint.entries()) {
            size += size(entry);
        }
        byte[] payload = payload(size);
        ByteBuffer out = begin(payload, COMMITTED, hint.conversation().value());
        out.putLong(hint.first()).putLong(hint.last()).putLong(hint.head()).putLong(hint.version());
        out.putInt(hint.added().size());
        for (Hint.Joined joined : hint.added()) {
            out.putLong(joined.account().value()).putLong(joined.seq()).putLong(joined.visibleFrom());
        }
        out.putInt(hint.removed().size());
        hint.removed().forEach(account -> out.putLong(account.value()));
        out.putInt(hint.entries().size());
        hint.entries().forEach(entry -> put(out, entry));
        return payload;
    }

    private static void put(ByteBuffer out, Entry entry) {
        byte[] clientId = clientId(entry);
        out.putLong(entry.seq())
                .put((byte) entry.kind().code())
                .putLong(entry.author().value());
        out.put((byte) clientId.length).put(clientId);
        out.putLong(entry.target()).putLong(entry.time()).putLong(entry.messages());
        out.putInt(entry.detail().length).put(entry.detail());
        out.putInt(entry.body().length).put(entry.body());
        byte[] revision = revision(entry);
        out.putInt(revision.length).put(revision);
    }

    private static byte[] revision(Entry entry) {
        byte[] revision = entry.revision().encoded();
        return revision == null ? new byte[0] : revision;
    }

    private static byte[] clientId(Entry entry) {
        return entry.clientId() == null ? new byte[0] : entry.clientId().getBytes(StandardCharsets.UTF_8);
    }

    private byte[] payload(int size) {
        return new byte[FIXED_BYTES + epoch.length + size];
    }

    private ByteBuffer begin(byte[] payload, byte kind, long key) {
        return ByteBuffer.wrap(payload)
                .put(VERSION)
                .put(kind)
                .putLong(key)
                .put((byte) epoch.length)
                .put(epoch);
    }

    private static int count(ByteBuffer in, int bytesEach) throws Unreadable {
        int count = in.getInt();
        if (count < 0 || (long) count * bytesEach > in.remaining()) {
            throw new Unreadable("count");
        }
        return count;
    }

    private static void skip(ByteBuffer in, int length) throws Unreadable {
        checkLength(in, length);
        in.position(in.position() + length);
    }

    private static byte[] bytes(ByteBuffer in, int length) throws Unreadable {
        checkLength(in, length);
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private static void checkLength(ByteBuffer in, int length) throws Unreadable {
        if (length < 0 || length > in.remaining()) {
            throw new Unreadable("length");
        }
    }

    /// Not a hint of this data set; the message is a reason for metrics, out of a small set.
    static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;

        Unreadable(String reason) {
            super(reason, null, false, false);
        }

        String reason() {
            return Objects.requireNonNull(getMessage());
        }

        /// True for what a node of the next version may say and this one cannot read.
        boolean isOfAnotherVersion() {
            return reason().equals("version") || reason().equals("kind");
        }
    }
}
