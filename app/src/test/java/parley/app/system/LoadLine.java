package parley.app.system;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// One connection of a load generator: as little work for each message as can be, so that the generator
/// is not what is measured. Written by one thread; replies come on a virtual thread of its own.
final class LoadLine implements AutoCloseable {
    /// Told of each reply: 0 is success, else the error's code; -1: the connection ended before.
    @FunctionalInterface
    interface Reply {
        void answered(int code);
    }

    private static final byte[] PONG = masked("{}");

    private final Socket socket = new Socket();
    private final OutputStream out;
    private final DataInputStream in;
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, Reply> waiting = new ConcurrentHashMap<>();
    private volatile boolean over;

    private LoadLine(String address) throws IOException {
        socket.connect(
                new InetSocketAddress(
                        InetAddress.getLoopbackAddress(), URI.create(address).getPort()),
                5_000);
        socket.setTcpNoDelay(true);
        out = socket.getOutputStream();
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
    }

    /// Opens a connection; `connected` hears of the answer to its `connect`. Throws when the handshake is
    /// refused.
    static LoadLine open(String address, String token, Reply connected) throws IOException {
        LoadLine line = new LoadLine(address);
        line.write(RawHttp.upgrade("").getBytes(StandardCharsets.US_ASCII));
        String head = line.head();
        if (!head.startsWith("HTTP/1.1 101")) {
            line.close();
            throw new IOException(head);
        }
        Thread unused = Thread.startVirtualThread(line::read);
        line.send("\"connect\":{\"token\":\"" + token + "\"}", connected);
        return line;
    }

    /// Sends `{"id":n,<part>}`.
    void send(String part, Reply reply) {
        int id = ids.incrementAndGet();
        waiting.put(id, reply);
        try {
            write(masked("{\"id\":" + id + "," + part + "}"));
        } catch (IOException gone) {
            end();
        }
    }

    boolean isOver() {
        return over;
    }

    private synchronized void write(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    private String head() throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0; next = in.read()) {
            head.write(next);
            if (next == '\n' && head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                break;
            }
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    private void read() {
        try {
            while (!over) {
                int first = in.readUnsignedByte();
                int length = in.readUnsignedByte();
                int size = length == 126 ? in.readUnsignedShort() : length == 127 ? (int) in.readLong() : length;
                byte[] payload = in.readNBytes(size);
                if ((first & 0xf) == 1) {
                    lines(payload);
                } else if ((first & 0xf) == 8) {
                    end();
                }
            }
        } catch (IOException gone) {
            end();
        }
    }

    /// Each line is a message; only those that begin with an id are replies.
    private void lines(byte[] payload) throws IOException {
        int from = 0;
        for (int at = 0; at <= payload.length; at++) {
            if (at == payload.length || payload[at] == '\n') {
                if (at - from == 2) {
                    write(PONG);
                } else if (payload[from + 2] == 'i') {
                    reply(payload, from, at);
                }
                from = at + 1;
            }
        }
    }

    private void reply(byte[] payload, int from, int to) {
        int at = from + "{\"id\":".length();
        int id = 0;
        while (payload[at] >= '0' && payload[at] <= '9') {
            id = id * 10 + payload[at++] - '0';
        }
        Reply reply = waiting.remove(id);
        if (reply != null) {
            boolean error = payload[at + 2] == 'e' && payload[at + 3] == 'r';
            reply.answered(error ? code(new String(payload, at, to - at, StandardCharsets.UTF_8)) : 0);
        }
    }

    private static int code(String error) {
        int at = error.indexOf("\"code\":") + "\"code\":".length();
        int end = at;
        while (Character.isDigit(error.charAt(end))) {
            end++;
        }
        return Integer.parseInt(error.substring(at, end));
    }

    private void end() {
        over = true;
        for (Integer id : List.copyOf(waiting.keySet())) {
            Reply reply = waiting.remove(id);
            if (reply != null) {
                reply.answered(-1);
            }
        }
    }

    private static byte[] masked(String text) {
        return RawHttp.frame(0x81, text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        end();
        try {
            socket.close();
        } catch (IOException alreadyGone) {
            over = true;
        }
    }
}
