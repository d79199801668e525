package parley.app.system;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// Many clients that do nothing but be there: each connects to the first port, and goes to the next one
/// whenever its connection ends, after a pause that grows as that of the SDKs does. Thread-safe.
final class Storm implements AutoCloseable {
    private static final int CONNECT_MILLIS_MAX = 5_000;
    private static final int ANSWER_MILLIS_MAX = 10_000;
    private static final int PAUSE_MILLIS = 500;
    private static final int PAUSE_MILLIS_MAX = 8_000;
    private static final int TEXT = 0x81;

    private final List<Integer> ports;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connected = new AtomicInteger();
    private final AtomicInteger cuts = new AtomicInteger();
    private final AtomicBoolean isOver = new AtomicBoolean();
    private final List<Thread> clients = new ArrayList<>();

    /// One client for each of `tokens`; they come within `seconds`.
    Storm(List<String> tokens, List<Integer> ports, int seconds) {
        this.ports = List.copyOf(ports);
        for (int i = 0; i < tokens.size(); i++) {
            int number = i;
            long wait = TimeUnit.SECONDS.toNanos(seconds) * i / tokens.size();
            clients.add(Thread.ofVirtual().name("storm-" + i).start(() -> {
                LockSupport.parkNanos(wait);
                live(number, tokens.get(number));
            }));
        }
    }

    /// Clients whose `connect` was answered and whose connection stands.
    int connected() {
        return connected.get();
    }

    /// Connections that ended after their `connect` was answered.
    int cuts() {
        return cuts.get();
    }

    private void live(int number, String token) {
        int failures = 0;
        boolean wasThere = false;
        for (int attempt = 0; !isOver.get(); attempt++) {
            // The first time all at one, then spread over the others.
            int turn = !wasThere || ports.size() == 1 ? 0 : 1 + (number + attempt) % (ports.size() - 1);
            boolean wasConnected = once(ports.get(turn), token);
            wasThere |= wasConnected;
            failures = wasConnected ? 0 : failures + 1;
            long most = Math.min((long) PAUSE_MILLIS << Math.min(failures, 10), PAUSE_MILLIS_MAX);
            LockSupport.parkNanos(
                    TimeUnit.MILLISECONDS.toNanos(ThreadLocalRandom.current().nextLong(most)));
        }
    }

    /// True when it was connected before it ended.
    private boolean once(int port, String token) {
        boolean wasConnected = false;
        try (Socket socket = new Socket()) {
            sockets.add(socket);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS_MAX);
            socket.setSoTimeout(ANSWER_MILLIS_MAX);
            DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1024));
            handshake(socket, in, port);
            send(socket, "{\"id\":1,\"connect\":{\"token\":\"" + token + "\"}}");
            while (!read(in).contains("\"connect\":")) {
                if (isOver.get()) {
                    return false;
                }
            }
            wasConnected = true;
            int unused = connected.incrementAndGet();
            socket.setSoTimeout(0);
            while (true) {
                if (read(in).lines().anyMatch("{}"::equals)) {
                    send(socket, "{}");
                }
            }
        } catch (IOException ended) {
            return wasConnected;
        } finally {
            sockets.removeIf(Socket::isClosed);
            if (wasConnected) {
                int unused = connected.decrementAndGet();
                unused = cuts.incrementAndGet();
            }
        }
    }

    private static void handshake(Socket socket, DataInputStream in, int port) throws IOException {
        socket.getOutputStream()
                .write(("GET /connection/websocket HTTP/1.1\r\nHost: 127.0.0.1:" + port
                                + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                                + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        if (!head.toString().startsWith("HTTP/1.1 101 ")) {
            throw new IOException("not upgraded");
        }
    }

    /// A text frame with a mask of zeros.
    private static void send(Socket socket, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        byte[] frame = new byte[bytes.length + 8];
        frame[0] = (byte) TEXT;
        frame[1] = (byte) (0x80 | 126);
        frame[2] = (byte) (bytes.length >> 8);
        frame[3] = (byte) bytes.length;
        System.arraycopy(bytes, 0, frame, 8, bytes.length);
        int length = frame.length;
        if (bytes.length < 126) {
            frame[1] = (byte) (0x80 | bytes.length);
            System.arraycopy(bytes, 0, frame, 6, bytes.length);
            frame[2] = 0;
            frame[3] = 0;
            length -= 2;
        }
        socket.getOutputStream().write(frame, 0, length);
    }

    private static String read(DataInputStream in) throws IOException {
        int unusedKind = in.readUnsignedByte();
        long length = in.readUnsignedByte() & 0x7f;
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = in.readLong();
        }
        return new String(in.readNBytes((int) length), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        isOver.set(true);
        clients.forEach(Thread::interrupt);
        for (Socket socket : sockets) {
            try {
                socket.close();
            } catch (IOException gone) {
                // It is what was wanted.
            }
        }
    }
}
