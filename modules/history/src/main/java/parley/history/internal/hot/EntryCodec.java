package parley.history.internal.hot;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.history.Entry;
import parley.history.Entry.Revision;
import parley.history.EntryKind;
import parley.history.internal.store.RevisionCodec;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;

/// Consecutive entries as bytes. Per entry: kind (1 byte), author (8), length of the client id (1, 0 =
/// none) and the id, then as variable-length numbers target, time less the time of the entry before, and
/// messages, then detail, body and revision, each with its length before it. Numbers and conversation are those of
/// the segment around.
final class EntryCodec {
    private static final int LONG_BYTES_MAX = 10;
    private static final byte[] NOTHING = {};

    private EntryCodec() {}

    static byte[] encode(List<Entry> entries) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(entries.size() * 64);
        long time = 0;
        for (Entry entry : entries) {
            out.write(entry.kind().code());
            out.writeBytes(ByteBuffer.allocate(Long.BYTES)
                    .putLong(entry.author().value())
                    .array());
            byte[] clientId = bytes(entry.clientId());
            out.write(clientId.length);
            out.writeBytes(clientId);
            writeLong(out, entry.target());
            writeLong(out, entry.time() - time);
            writeLong(out, entry.messages());
            writeBytes(out, entry.detail());
            writeBytes(out, entry.body());
            byte[] revision = RevisionCodec.encode(entry.revision());
            writeBytes(out, revision == null ? NOTHING : revision);
            time = entry.time();
        }
        return out.toByteArray();
    }

    /// The `count` entries from `first` on. Throws [IllegalArgumentException] for anything that
    /// [#encode] does not write.
    static List<Entry> decode(ConversationId conversation, long first, int count, ByteBuffer in) {
        try {
            List<Entry> entries = new ArrayList<>(count);
            long time = 0;
            for (int i = 0; i < count; i++) {
                Entry entry = decodeOne(conversation, first + i, time, in);
                time = entry.time();
                entries.add(entry);
            }
            if (in.hasRemaining()) {
                throw new IllegalArgumentException("bytes after the last entry");
            }
            return entries;
        } catch (BufferUnderflowException | IllegalStateException broken) {
            throw new IllegalArgumentException("not an entry", broken);
        }
    }

    private static Entry decodeOne(ConversationId conversation, long seq, long timeBefore, ByteBuffer in) {
        EntryKind kind = EntryKind.of(in.get());
        AccountId author = new AccountId(in.getLong());
        byte[] clientId = readBytes(in, in.get() & 0xFF);
        long target = readLong(in);
        long time = timeBefore + readLong(in);
        long messages = readLong(in);
        byte[] detail = readBytes(in, readLong(in));
        byte[] body = readBytes(in, readLong(in));
        Revision revision = RevisionCodec.decode(readBytes(in, readLong(in)));
        String id = clientId.length == 0 ? null : new String(clientId, StandardCharsets.UTF_8);
        return new Entry(conversation, seq, kind, author, id, target, time, messages, detail, body, revision);
    }

    private static byte[] bytes(@Nullable String text) {
        return text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
    }

    private static void writeBytes(ByteArrayOutputStream out, byte[] bytes) {
        writeLong(out, bytes.length);
        out.writeBytes(bytes);
    }

    /// Seven bits per byte, the lowest first, the high bit = more follow.
    private static void writeLong(ByteArrayOutputStream out, long value) {
        long left = value;
        while ((left & ~0x7FL) != 0) {
            out.write((int) (left & 0x7F) | 0x80);
            left >>>= 7;
        }
        out.write((int) left);
    }

    private static long readLong(ByteBuffer in) {
        long value = 0;
        for (int i = 0; i < LONG_BYTES_MAX; i++) {
            byte next = in.get();
            value |= (long) (next & 0x7F) << (7 * i);
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("a number of more than 10 bytes");
    }

    private static byte[] readBytes(ByteBuffer in, long length) {
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[Math.toIntExact(length)];
        in.get(bytes);
        return bytes;
    }
}
