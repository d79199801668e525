package parley.app.system;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;

/// A session on a plain socket with a small receive buffer: when it stops reading, the server's way to it
/// is full at once. Tells of each entry as soon as it is here. One thread reads.
final class SocketReader implements AutoCloseable {
    private static final int RECEIVE_BYTES = 8 * 1024;
    private static final String OFFSET = "\"offset\":";
    private static final int READ_MILLIS_MAX = 60_000;

    /// Is told of each entry: its `seq`, and the push that brought it.
    interface OnEntry {
        void received(long seq, String push);
    }

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final OutputStream out;
    private final OnEntry onEntry;
    private final CountDownLatch mayRead = new CountDownLatch(1);
    private final Thread reading;

    /// Connected and subscribed, and not reading before [#read]; `onEntry` is called on its thread.
    SocketReader(String address, String token, OnEntry onEntry) throws IOException {
        this.onEntry = onEntry;
        URI uri = URI.create(address);
        socket.setReceiveBufferSize(RECEIVE_BYTES);
        socket.setSoTimeout(READ_MILLIS_MAX);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), uri.getPort()), 5_000);
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 4 * 1024));
        this.out = socket.getOutputStream();
        out.write(("GET " + uri.getPath() + " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
                        + "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        + "Sec-WebSocket-Version: 13\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        skipHead();
        send("{\"id\":1,\"connect\":{\"token\":\"" + token + "\"}}");
        String reply = frame();
        if (!reply.startsWith("{\"id\":1,\"connect\":")) {
            throw new IOException("not connected: " + reply);
        }
        this.reading = Thread.ofVirtual().name("reader").start(this::run);
    }

    /// Reads from now on.
    SocketReader read() {
        mayRead.countDown();
        return this;
    }

    boolean isOpen() {
        return reading.isAlive();
    }

    private void run() {
        try {
            mayRead.await();
            while (!socket.isClosed()) {
                frame().lines().forEach(this::received);
            }
        } catch (IOException | InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    private void received(String document) {
        if (document.equals("{}")) {
            try {
                send("{}");
            } catch (IOException over) {
                return;
            }
        }
        // The offset is the last field of an entry's push; parsing all of it would cost more than the server's part.
        int offset = document.contains("\"pub\":") ? document.lastIndexOf(OFFSET) : -1;
        if (offset > 0) {
            int from = offset + OFFSET.length();
            onEntry.received(Long.parseLong(document, from, document.indexOf('}', from), 10), document);
        }
    }

    private void skipHead() throws IOException {
        String end = "\r\n\r\n";
        int matched = 0;
        while (matched < end.length()) {
            int next = in.readUnsignedByte();
            matched = next == end.charAt(matched) ? matched + 1 : next == end.charAt(0) ? 1 : 0;
        }
    }

    /// The text of the next frame; a close frame ends the stream.
    private String frame() throws IOException {
        int opcode = in.readUnsignedByte() & 15;
        long length = in.readUnsignedByte();
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = in.readLong();
        }
        byte[] payload = in.readNBytes((int) length);
        if (opcode == 8) {
            throw new IOException("closed");
        }
        return new String(payload, StandardCharsets.UTF_8);
    }

    /// Masked with zeros, which changes nothing.
    private void send(String text) throws IOException {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer frame = ByteBuffer.allocate(8 + payload.length).put((byte) 0x81);
        if (payload.length < 126) {
            frame.put((byte) (0x80 | payload.length));
        } else {
            frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
        }
        frame.putInt(0).put(payload);
        out.write(frame.array(), 0, frame.position());
    }

    @Override
    public void close() throws IOException {
        socket.close();
        reading.interrupt();
    }
}
