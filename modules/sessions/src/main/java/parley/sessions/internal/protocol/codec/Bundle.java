package parley.sessions.internal.protocol.codec;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.sessions.internal.transport.Encoding;
import parley.sessions.internal.transport.Frame;

/// The messages that stand in one frame, and how those are made anew whose content may be taken back.
/// Keeps no content: that is in the bytes of the frame alone, however many queues the frame waits in.
/// Thread-safe.
public final class Bundle implements Frame.Source {

    /// Where a message comes from whose content may be taken back; keeps no content. Thread-safe; must
    /// not block.
    interface Origin {
        /// What takes the message's place from now on; null as long as it stands.
        byte @Nullable [] replacement();
    }

    /// A message, by its length.
    private record Message(int length, @Nullable Origin origin) {}

    /// A message that is to be put into a frame: `array[from, from + length)`.
    @SuppressWarnings("ArrayRecordComponent")
    record Piece(
            byte[] array, int from, int length, @Nullable Origin origin) {
        static Piece of(byte[] message, @Nullable Origin origin) {
            return new Piece(message, 0, message.length, origin);
        }
    }

    private final Encoding encoding;
    private final List<Message> messages;

    /// Made once, for all who hold the frame.
    private volatile @Nullable Frame replacement;

    private Bundle(Encoding encoding, List<Message> messages) {
        this.encoding = encoding;
        this.messages = messages;
    }

    /// `pieces`, at least one, as one frame.
    static Frame frame(Encoding encoding, List<Piece> pieces) {
        int separator = Codecs.of(encoding).separatorBytes();
        int length = separator * (pieces.size() - 1);
        boolean revocable = false;
        for (Piece piece : pieces) {
            length += piece.length;
            revocable |= piece.origin != null;
        }
        Frame frame = Frame.message(encoding, length, (wire, at) -> fill(wire, at, pieces, separator));
        return revocable ? frame.of(new Bundle(encoding, kept(pieces))) : frame;
    }

    /// Whether [#join] takes `frame`.
    public static boolean isJoinable(Frame frame) {
        return frame.source() == null || frame.source() instanceof Bundle;
    }

    /// `frames`, at least one and each of them joinable, as one; each of them holds messages of
    /// `encoding`.
    public static Frame join(Encoding encoding, List<Frame> frames) {
        if (frames.size() == 1) {
            return frames.getFirst();
        }
        List<Piece> pieces = new ArrayList<>(frames.size());
        for (Frame frame : frames) {
            if (frame.source() instanceof Bundle bundle) {
                bundle.addPieces(frame, pieces, false);
            } else {
                pieces.add(new Piece(frame.array(), frame.messageFrom(), frame.messageBytes(), null));
            }
        }
        return frame(encoding, pieces);
    }

    @Override
    public @Nullable Frame replacement(Frame frame) {
        Frame known = replacement;
        if (known != null) {
            return known.now();
        }
        if (!isTakenBack()) {
            return null;
        }
        List<Piece> now = new ArrayList<>(messages.size());
        addPieces(frame, now, true);
        Frame made = frame(encoding, now);
        replacement = made;
        return made;
    }

    /// The messages of `frame`, whose source this is; with `anew` as they are now.
    private void addPieces(Frame frame, List<Piece> pieces, boolean anew) {
        int from = frame.messageFrom();
        for (Message message : messages) {
            byte[] made = anew && message.origin != null ? message.origin.replacement() : null;
            pieces.add(
                    made == null
                            ? new Piece(frame.array(), from, message.length, message.origin)
                            : Piece.of(made, null));
            from += message.length + Codecs.of(encoding).separatorBytes();
        }
    }

    private boolean isTakenBack() {
        for (Message message : messages) {
            if (message.origin != null && message.origin.replacement() != null) {
                return true;
            }
        }
        return false;
    }

    private static List<Message> kept(List<Piece> pieces) {
        return pieces.stream()
                .map(piece -> new Message(piece.length, piece.origin))
                .toList();
    }

    private static void fill(byte[] wire, int begin, List<Piece> pieces, int separator) {
        int at = begin;
        for (Piece piece : pieces) {
            if (separator > 0 && at > begin) {
                wire[at++] = '\n';
            }
            System.arraycopy(piece.array, piece.from, wire, at, piece.length);
            at += piece.length;
        }
    }
}
