package parley.app.system;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One client of a [Crowd], which knows its positions and comes back with them. Belongs to the crowd's
/// thread.
final class CrowdLine {
    private static final int LINES_PER_ADDRESS = 250;
    private static final int CONNECT_ID = 1;
    private static final String STAMP = "\"ts\":\"";

    /// What a line tells its crowd.
    interface Watcher {
        void live(CrowdLine line);

        void gone(CrowdLine line, String why);

        /// `code`: 0, or the error's.
        void answered(CrowdLine line, long dueNanos, int code);

        void heard(CrowdLine line, String stamp);
    }

    private enum State {
        OFF,
        OPENING,
        UPGRADING,
        CONNECTING,
        LIVE
    }

    final int index;
    final CrowdPerson person;
    private final Watcher watcher;
    private final String data;
    private final Map<Integer, Long> due = new HashMap<>();
    private final Map<String, Long> positions = new HashMap<>();
    private String epoch = "";
    private State state = State.OFF;
    private @Nullable SocketChannel channel;
    private @Nullable SelectionKey key;
    private byte[] partial = new byte[0];
    private byte[] unsent = new byte[0];
    private int nextId = CONNECT_ID;

    /// How often it tried in vain since it was live.
    int attempts;

    /// Where it is connected, or was.
    int place;

    /// `data`: of the `connect` command, "" for none.
    CrowdLine(int index, CrowdPerson person, String data, Watcher watcher) {
        this.index = index;
        this.person = person;
        this.data = data;
        this.watcher = watcher;
    }

    boolean isLive() {
        return state == State.LIVE;
    }

    /// Sends that wait for their answer.
    int waiting() {
        return due.size();
    }

    void open(Selector selector, InetSocketAddress to, int at) {
        place = at;
        state = State.OPENING;
        partial = new byte[0];
        unsent = new byte[0];
        due.clear();
        nextId = CONNECT_ID;
        try {
            SocketChannel made = SocketChannel.open();
            channel = made;
            made.configureBlocking(false);
            made.setOption(StandardSocketOptions.TCP_NODELAY, true);
            // nginx and nodes limit what one address may have.
            made.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0." + (2 + index / LINES_PER_ADDRESS)), 0));
            key = made.register(selector, SelectionKey.OP_CONNECT, this);
            if (made.connect(to)) {
                opened();
            }
        } catch (IOException refused) {
            end("no connection: " + refused.getMessage());
        }
    }

    /// Cuts the connection without a word to anybody.
    void cut() {
        state = State.OFF;
        try {
            if (channel != null) {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
                channel.close();
            }
        } catch (IOException gone) {
            // It was to end.
        }
    }

    private void end(String why) {
        if (state != State.OFF) {
            cut();
            watcher.gone(this, why);
        }
    }

    /// Lets it do what its channel is ready for.
    void ready(ByteBuffer room) {
        SelectionKey known = key;
        SocketChannel open = channel;
        if (known == null || open == null || !known.isValid()) {
            return;
        }
        try {
            if (known.isConnectable() && open.finishConnect()) {
                opened();
            }
            if (known.isValid() && known.isWritable()) {
                byte[] rest = unsent;
                unsent = new byte[0];
                known.interestOps(SelectionKey.OP_READ);
                write(rest);
            }
            if (known.isValid() && known.isReadable()) {
                read(open, room);
            }
        } catch (IOException gone) {
            end("the connection ended: " + gone.getMessage());
        }
    }

    private void opened() throws IOException {
        state = State.UPGRADING;
        if (key != null) {
            key.interestOps(SelectionKey.OP_READ);
        }
        write(RawHttp.upgrade("").getBytes(StandardCharsets.US_ASCII));
    }

    private void read(SocketChannel open, ByteBuffer room) throws IOException {
        room.clear();
        int count = open.read(room);
        if (count < 0) {
            end("closed");
            return;
        }
        byte[] all = Arrays.copyOf(partial, partial.length + count);
        room.flip().get(all, partial.length, count);
        int from = state == State.UPGRADING ? upgraded(all) : 0;
        while (state != State.OFF && from >= 0 && all.length - from >= 2) {
            int next = frame(all, from);
            if (next < 0) {
                break;
            }
            from = next;
        }
        partial = from <= 0 ? all : Arrays.copyOfRange(all, from, all.length);
    }

    /// Where the frames begin; -1: the head is not complete.
    private int upgraded(byte[] all) throws IOException {
        String head = new String(all, StandardCharsets.ISO_8859_1);
        int end = head.indexOf("\r\n\r\n");
        if (end < 0) {
            return -1;
        }
        if (!head.startsWith("HTTP/1.1 101")) {
            end(head.substring(0, Math.min(12, head.length())));
            return -1;
        }
        state = State.CONNECTING;
        StringBuilder subs = new StringBuilder();
        positions.forEach((channelName, offset) -> subs.append(subs.isEmpty() ? "" : ",")
                .append("\"" + channelName + "\":{\"recover\":true,\"offset\":" + offset + ",\"epoch\":\"" + epoch
                        + "\"}"));
        String connect = "{\"id\":" + nextId++ + ",\"connect\":{\"token\":\"" + person.token() + "\",\"subs\":{" + subs
                + "}" + (data.isEmpty() ? "" : ",\"data\":" + data) + "}}";
        write(masked(connect));
        return end + 4;
    }

    /// Takes the frame at `from`; answers where the next one begins, -1 when it is not complete.
    private int frame(byte[] all, int from) throws IOException {
        int length = all[from + 1] & 0x7f;
        int begin = from + 2;
        if (length == 126 && all.length >= from + 4) {
            length = ((all[from + 2] & 0xff) << 8) | (all[from + 3] & 0xff);
            begin = from + 4;
        } else if (length == 127 && all.length >= from + 10) {
            length = ByteBuffer.wrap(all, from + 6, 4).getInt();
            begin = from + 10;
        } else if (length > 125) {
            return -1;
        }
        if (all.length < begin + length) {
            return -1;
        }
        if ((all[from] & 0xf) == 8) {
            end("closed with " + (length >= 2 ? ((all[begin] & 0xff) << 8) | (all[begin + 1] & 0xff) : 0));
            return -1;
        }
        String text = new String(all, begin, length, StandardCharsets.UTF_8);
        for (String document : text.split("\n", -1)) {
            if (state != State.OFF && !document.isEmpty()) {
                take(document);
            }
        }
        return begin + length;
    }

    private void take(String document) throws IOException {
        if (document.equals("{}")) {
            write(masked("{}"));
        } else if (document.startsWith("{\"id\":")) {
            int id = Integer.parseInt(document, 6, document.indexOf(',', 6), 10);
            if (id == CONNECT_ID) {
                connected(document);
            } else {
                Long since = due.remove(id);
                watcher.answered(this, since == null ? 0 : since, code(document));
            }
        } else if (document.contains("\"pub\":")) {
            published(document);
        } else if (document.contains("\"disconnect\":")) {
            end(document);
        }
    }

    private static int code(String document) {
        int at = document.indexOf("\"error\":{\"code\":");
        return at < 0 ? 0 : Integer.parseInt(document.substring(at + 16).split("\\D", 2)[0]);
    }

    private void connected(String document) {
        if (code(document) != 0) {
            end("refused: " + document);
            return;
        }
        try (JsonReader reader = Json.createReader(new StringReader(document))) {
            JsonObject subs = reader.readObject().getJsonObject("connect").getJsonObject("subs");
            for (String name : subs.keySet()) {
                JsonObject sub = subs.getJsonObject(name);
                if (!name.startsWith("c:")) {
                    continue;
                }
                if (positions.containsKey(name) && !sub.getBoolean("recovered", false)) {
                    throw new AssertionError("not recovered: " + document);
                }
                epoch = sub.getString("epoch");
                long offset =
                        sub.containsKey("offset") ? sub.getJsonNumber("offset").longValue() : 0;
                long missed = sub.containsKey("publications")
                        ? sub.getJsonArray("publications").size()
                        : 0;
                positions.put(name, positions.containsKey(name) ? positions.get(name) + missed : offset);
            }
        }
        state = State.LIVE;
        watcher.live(this);
    }

    private void published(String document) {
        int at = document.lastIndexOf("\"offset\":");
        int name = document.indexOf("\"channel\":\"c:");
        if (at > 0 && name > 0) {
            String of = document.substring(name + 11, document.indexOf('"', name + 11));
            positions.put(of, Long.parseLong(document.substring(at + 9).split("\\D", 2)[0]));
        }
        int stamp = document.indexOf(STAMP);
        if (stamp > 0) {
            watcher.heard(
                    this, document.substring(stamp + STAMP.length(), document.indexOf('"', stamp + STAMP.length())));
        }
    }

    /// Sends a message that was due at `dueNanos`, to the conversation `number` of the person.
    void say(int number, String id, String text, long dueNanos) {
        int own = nextId++;
        due.put(own, dueNanos);
        String message = "{\"id\":" + own + ",\"rpc\":{\"method\":\"message.send\",\"data\":{\"conversation\":\""
                + person.conversations().get(number) + "\",\"id\":\"" + id + "\",\"body\":{\"ts\":\"" + place + "."
                + dueNanos + "\",\"text\":\"" + text + "\"}}}}";
        try {
            write(masked(message));
        } catch (IOException gone) {
            end("the connection ended");
        }
    }

    private void write(byte[] bytes) throws IOException {
        SocketChannel open = channel;
        if (unsent.length > 0 || open == null) {
            unsent = joined(unsent, bytes);
            return;
        }
        int written = open.write(ByteBuffer.wrap(bytes));
        if (written < bytes.length) {
            unsent = Arrays.copyOfRange(bytes, written, bytes.length);
            if (key != null) {
                key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            }
        }
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /// A text frame, masked with zeros, which changes nothing.
    private static byte[] masked(String text) {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer frame = ByteBuffer.allocate(14 + payload.length).put((byte) 0x81);
        if (payload.length < 126) {
            frame.put((byte) (0x80 | payload.length));
        } else if (payload.length < 65_536) {
            frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
        } else {
            frame.put((byte) (0x80 | 127)).putLong(payload.length);
        }
        frame.putInt(0).put(payload);
        return Arrays.copyOf(frame.array(), frame.position());
    }
}
