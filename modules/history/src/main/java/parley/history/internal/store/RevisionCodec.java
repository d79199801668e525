package parley.history.internal.store;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.history.Entry.Revision;

/// What became of a message, as bytes: version (1 byte), 1 when it was recalled (1), seq of the last edit
/// (8), number of edits (4), number of emoji (2), and for each its length (1), its UTF-8 and its count
/// (4). Nothing at all is null. Pure.
public final class RevisionCodec {
    private static final byte VERSION = 1;

    private RevisionCodec() {}

    public static byte @Nullable [] encode(Revision revision) {
        if (revision.isNone()) {
            return null;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(ByteBuffer.allocate(16)
                .put(VERSION)
                .put((byte) (revision.recalled() ? 1 : 0))
                .putLong(revision.edited())
                .putInt(revision.edits())
                .putShort((short) revision.reactions().size())
                .array());
        revision.reactions().forEach((emoji, count) -> {
            byte[] text = emoji.getBytes(StandardCharsets.UTF_8);
            out.write(text.length);
            out.writeBytes(text);
            out.writeBytes(ByteBuffer.allocate(4).putInt(count).array());
        });
        return out.toByteArray();
    }

    /// Throws [IllegalArgumentException] for anything that [#encode] does not write.
    public static Revision decode(byte @Nullable [] bytes) {
        if (bytes == null || bytes.length == 0) {
            return Revision.NONE;
        }
        try {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            if (in.get() != VERSION) {
                throw new IllegalArgumentException("a revision of another version");
            }
            boolean isRecalled = in.get() != 0;
            long edited = in.getLong();
            int edits = in.getInt();
            Map<String, Integer> reactions = new LinkedHashMap<>();
            for (int left = in.getShort(); left > 0; left--) {
                byte[] text = new byte[in.get() & 0xFF];
                in.get(text);
                reactions.put(new String(text, StandardCharsets.UTF_8), in.getInt());
            }
            return new Revision(edited, edits, isRecalled, reactions);
        } catch (BufferUnderflowException broken) {
            throw new IllegalArgumentException("not a revision", broken);
        }
    }
}
