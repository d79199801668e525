package parley.sessions.internal.transport;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The receiving half of RFC 6455 for a server, strict, as a state machine: bytes in, events out, no
/// I/O, no clock, and no exception for any input. Bytes may come in any pieces. Between two messages it
/// holds no buffer; inside a message it holds what has arrived, never what a header merely announces.
///
/// After a violation it is deaf: it still follows the frames, as far as they can be followed, but only
/// to find the peer's close frame. Not thread-safe.
final class FrameParser {

    private enum Phase {
        FIRST,
        SECOND,
        LENGTH_16,
        LENGTH_64,
        MASK,
        PAYLOAD,
        OVER
    }

    private static final int GATHER_BYTES_MIN = 256;

    private final int messageBytesMax;
    private final int fragmentsMax;

    private Phase phase = Phase.FIRST;
    private boolean deaf;
    private boolean told;
    // The frame being read.
    private int opcode;
    private boolean fin;
    private boolean masked;
    private long length;
    private int headerLeft;
    private int mask;
    // The message being read: kind 0 = none.
    private int kind;
    private int fragments;
    private int utf8;
    private byte @Nullable [] message;
    private int messageSize;
    // A control frame that came in pieces.
    private byte @Nullable [] control;
    private int controlSize;

    FrameParser(int messageBytesMax, int fragmentsMax) {
        this.messageBytesMax = messageBytesMax;
        this.fragmentsMax = fragmentsMax;
    }

    /// Reads from `bytes[from]` up to the first event or to `to`, whichever comes first, and returns the
    /// position after the last byte read. Payload bytes are unmasked in place. After the last event
    /// everything is skipped.
    int parse(byte[] bytes, int from, int to, FrameEvents events) {
        int at = from;
        told = false;
        while (at < to && !told && phase != Phase.OVER) {
            if (phase == Phase.PAYLOAD) {
                int size = (int) Math.min(length, to - at);
                payload(bytes, at, size, events);
                at += size;
            } else {
                header(bytes, at, events);
                at++;
            }
        }
        return phase == Phase.OVER ? to : at;
    }

    /// From now on looks for the peer's close frame only.
    void becomeDeaf() {
        deaf = true;
        message = null;
        control = null;
    }

    private void header(byte[] bytes, int at, FrameEvents events) {
        int next = bytes[at] & 0xff;
        switch (phase) {
            case FIRST -> first(next, events);
            case SECOND -> second(bytes, at, events);
            case LENGTH_16 -> extendedLength(bytes, at, Frame.CONTROL_PAYLOAD_MAX + 1, events);
            case LENGTH_64 -> extendedLength(bytes, at, 0x10000, events);
            case MASK -> {
                mask = mask << 8 | next;
                if (--headerLeft == 0) {
                    headerRead(bytes, at, events);
                }
            }
            case PAYLOAD, OVER -> throw new IllegalStateException("not in a header: " + phase);
        }
    }

    private void first(int next, FrameEvents events) {
        fin = (next & 0x80) != 0;
        opcode = next & 0x0f;
        phase = Phase.SECOND;
        if (deaf) {
            return;
        }
        if ((next & 0x70) != 0) {
            violated(CloseCode.PROTOCOL_ERROR, "reserved bit set", events);
        } else if (opcode >= Frame.CLOSE) {
            firstOfControl(events);
        } else {
            firstOfData(events);
        }
    }

    private void firstOfControl(FrameEvents events) {
        if (opcode > Frame.PONG) {
            violated(CloseCode.PROTOCOL_ERROR, "unknown opcode", events);
        } else if (!fin) {
            violated(CloseCode.PROTOCOL_ERROR, "fragmented control frame", events);
        }
    }

    private void firstOfData(FrameEvents events) {
        if (opcode > Frame.BINARY) {
            violated(CloseCode.PROTOCOL_ERROR, "unknown opcode", events);
        } else if (opcode == Frame.CONTINUATION && kind == 0) {
            violated(CloseCode.PROTOCOL_ERROR, "continuation of nothing", events);
        } else if (opcode != Frame.CONTINUATION && kind != 0) {
            violated(CloseCode.PROTOCOL_ERROR, "new message inside a message", events);
        } else if (++fragments > fragmentsMax) {
            violated(CloseCode.POLICY_VIOLATION, "too many fragments", events);
        } else if (opcode != Frame.CONTINUATION) {
            kind = opcode;
        }
    }

    private void second(byte[] bytes, int at, FrameEvents events) {
        int announced = bytes[at] & 0x7f;
        masked = bytes[at] < 0;
        if (!masked) {
            violated(CloseCode.PROTOCOL_ERROR, "frame without mask", events);
        } else if (opcode >= Frame.CLOSE && announced > Frame.CONTROL_PAYLOAD_MAX) {
            violated(CloseCode.PROTOCOL_ERROR, "control frame too long", events);
        }
        if (announced <= Frame.CONTROL_PAYLOAD_MAX) {
            length = announced;
            lengthRead(bytes, at, events);
        } else {
            length = 0;
            headerLeft = announced == 126 ? 2 : 8;
            phase = announced == 126 ? Phase.LENGTH_16 : Phase.LENGTH_64;
        }
    }

    private void extendedLength(byte[] bytes, int at, long shortest, FrameEvents events) {
        length = length << 8 | (bytes[at] & 0xff);
        headerLeft--;
        if (headerLeft > 0) {
            return;
        }
        if (length < 0) {
            violated(CloseCode.PROTOCOL_ERROR, "length of 2^63 or more", events);
            phase = Phase.OVER;
            return;
        }
        if (length < shortest) {
            violated(CloseCode.PROTOCOL_ERROR, "length not in its shortest form", events);
        }
        lengthRead(bytes, at, events);
    }

    private void lengthRead(byte[] bytes, int at, FrameEvents events) {
        if (opcode < Frame.CLOSE && length > messageBytesMax - messageSize) {
            violated(CloseCode.MESSAGE_TOO_BIG, "message too big", events);
        }
        mask = 0;
        headerLeft = 4;
        phase = Phase.MASK;
        if (!masked) {
            headerRead(bytes, at, events);
        }
    }

    private void headerRead(byte[] bytes, int at, FrameEvents events) {
        phase = Phase.PAYLOAD;
        if (length == 0) {
            payload(bytes, at, 0, events);
        }
    }

    private void payload(byte[] bytes, int from, int size, FrameEvents events) {
        length -= size;
        if (length == 0) {
            phase = Phase.FIRST;
        }
        if (deaf) {
            if (length == 0 && opcode == Frame.CLOSE) {
                closed(Ended.NO_CODE, events);
            }
            return;
        }
        mask = Mask.apply(mask, bytes, from, from + size);
        if (opcode < Frame.CLOSE) {
            data(bytes, from, size, events);
        } else {
            control(bytes, from, size, events);
        }
    }

    private void data(byte[] bytes, int from, int size, FrameEvents events) {
        boolean complete = length == 0 && fin;
        if (kind == Frame.TEXT) {
            utf8 = Utf8.check(utf8, bytes, from, from + size);
            if (utf8 == Utf8.INVALID || (complete && utf8 != Utf8.WHOLE)) {
                violated(CloseCode.INVALID_TEXT, "text is not UTF-8", events);
                return;
            }
        }
        if (complete && message == null) {
            messageRead(bytes, from, size, events);
            return;
        }
        byte[] gathered = gather(message, messageSize, bytes, from, size, messageBytesMax);
        message = gathered;
        messageSize += size;
        if (complete) {
            messageRead(gathered, 0, messageSize, events);
        }
    }

    private void messageRead(byte[] bytes, int from, int size, FrameEvents events) {
        boolean text = kind == Frame.TEXT;
        kind = 0;
        fragments = 0;
        message = null;
        messageSize = 0;
        told = true;
        if (text) {
            events.text(bytes, from, size);
        } else {
            events.binary(bytes, from, size);
        }
    }

    private void control(byte[] bytes, int from, int size, FrameEvents events) {
        if (length == 0 && control == null) {
            controlRead(bytes, from, size, events);
            return;
        }
        byte[] gathered = gather(control, controlSize, bytes, from, size, Frame.CONTROL_PAYLOAD_MAX);
        control = gathered;
        controlSize += size;
        if (length == 0) {
            int gatheredSize = controlSize;
            control = null;
            controlSize = 0;
            controlRead(gathered, 0, gatheredSize, events);
        }
    }

    private void controlRead(byte[] bytes, int from, int size, FrameEvents events) {
        told = true;
        switch (opcode) {
            case Frame.PING -> events.ping(bytes, from, size);
            case Frame.PONG -> events.pong();
            default -> closeRead(bytes, from, size, events);
        }
    }

    private void closeRead(byte[] bytes, int from, int size, FrameEvents events) {
        if (size == 0) {
            closed(Ended.NO_CODE, events);
            return;
        }
        int code = size == 1 ? 0 : (bytes[from] & 0xff) << 8 | (bytes[from + 1] & 0xff);
        if (!CloseCode.allowedOnTheWire(code)) {
            violated(CloseCode.PROTOCOL_ERROR, "invalid close code", events);
            closed(Ended.NO_CODE, events);
        } else if (Utf8.check(Utf8.WHOLE, bytes, from + 2, from + size) != Utf8.WHOLE) {
            violated(CloseCode.INVALID_TEXT, "close reason is not UTF-8", events);
            closed(Ended.NO_CODE, events);
        } else {
            closed(code, events);
        }
    }

    private void closed(int code, FrameEvents events) {
        phase = Phase.OVER;
        told = true;
        events.closed(code);
    }

    private void violated(int code, String rule, FrameEvents events) {
        if (deaf) {
            return;
        }
        becomeDeaf();
        told = true;
        events.violated(code, rule);
    }

    /// Appends to what was gathered before. Grows by doubling, so that it stays below twice what
    /// arrived.
    private static byte[] gather(byte @Nullable [] before, int beforeSize, byte[] bytes, int from, int size, int max) {
        int needed = beforeSize + size;
        byte[] gathered = before;
        if (gathered == null) {
            gathered = new byte[Math.max(needed, Math.min(GATHER_BYTES_MIN, max))];
        } else if (needed > gathered.length) {
            gathered = Arrays.copyOf(gathered, (int) Math.max(needed, Math.min(2L * gathered.length, max)));
        }
        System.arraycopy(bytes, from, gathered, beforeSize, size);
        return gathered;
    }
}
