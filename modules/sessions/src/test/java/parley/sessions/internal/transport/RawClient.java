package parley.sessions.internal.transport;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

/// A WebSocket client that can do everything wrong: it writes raw bytes and reads raw frames.
final class RawClient implements AutoCloseable {

    static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    static final int READ_MILLIS_MAX = 15_000;

    @SuppressWarnings("ArrayRecordComponent") // read once, by the test that received it
    record Received(int opcode, byte[] payload) {
        String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }

        int closeCode() {
            return payload.length < 2 ? Ended.NO_CODE : (payload[0] & 0xff) << 8 | (payload[1] & 0xff);
        }

        String closeReason() {
            return new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
        }
    }

    final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    private RawClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
        this.out = socket.getOutputStream();
    }

    /// A TCP connection, nothing more.
    static RawClient tcp(int port) throws IOException {
        return tcp(port, 0);
    }

    static RawClient tcp(int port, int receiveBufferBytes) throws IOException {
        Socket socket = new Socket();
        if (receiveBufferBytes > 0) {
            socket.setReceiveBufferSize(receiveBufferBytes);
        }
        return over(socket, port);
    }

    /// Connects this socket.
    static RawClient over(Socket socket, int port) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(READ_MILLIS_MAX);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 10_000);
        return new RawClient(socket);
    }

    /// An open WebSocket.
    static RawClient open(int port) throws IOException {
        RawClient client = tcp(port);
        client.handshake();
        return client;
    }

    void handshake() throws IOException {
        send(request(""));
        String answer = readHead();
        if (!answer.startsWith("HTTP/1.1 101 ")) {
            throw new IOException("no upgrade: " + answer);
        }
    }

    /// A good upgrade request with further header lines (each ending in CR LF).
    static String request(String more) {
        return "GET " + UpgradeRules.DEFAULT_PATH + " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Key: " + KEY + "\r\nSec-WebSocket-Version: 13\r\n" + more
                + "\r\n";
    }

    void send(String ascii) throws IOException {
        send(ascii.getBytes(StandardCharsets.ISO_8859_1));
    }

    void send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    void sendText(String text) throws IOException {
        send(frame(0x81, text.getBytes(StandardCharsets.UTF_8)));
    }

    void sendClose(int code) throws IOException {
        send(frame(0x88, new byte[] {(byte) (code >>> 8), (byte) code}));
    }

    /// The head of an HTTP response, up to the empty line.
    String readHead() throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                break;
            }
            head.write(next);
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    /// The next frame; fails with EOFException at the end of the stream.
    Received read() throws IOException {
        int first = in.readUnsignedByte();
        long length = in.readUnsignedByte();
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = in.readLong();
        }
        byte[] payload = new byte[(int) length];
        in.readFully(payload);
        return new Received(first & 0x0f, payload);
    }

    /// Skips frames up to the close frame.
    Received readClose() throws IOException {
        Received received = read();
        while (received.opcode() != Frame.CLOSE) {
            received = read();
        }
        return received;
    }

    /// Whether the server closed the TCP connection, by FIN or RST; skips what is still to be read.
    boolean isCut() {
        try {
            InputStream rest = in;
            byte[] skipped = new byte[64 * 1024];
            while (rest.read(skipped) >= 0) {
                // Skip.
            }
            return true;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /// Ends the connection by RST.
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /// A masked frame with this first byte, its length in the shortest form.
    static byte[] frame(int first, byte[] payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        header(frame, first, payload.length);
        masked(frame, ThreadLocalRandom.current().nextInt(), payload);
        return frame.toByteArray();
    }

    static byte[] frame(int first, String payload) {
        return frame(first, payload.getBytes(StandardCharsets.UTF_8));
    }

    static void masked(ByteArrayOutputStream frame, int mask, byte[] payload) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            frame.write(mask >>> shift);
        }
        for (int at = 0; at < payload.length; at++) {
            frame.write(payload[at] ^ mask >>> (24 - 8 * (at & 3)));
        }
    }

    static void header(ByteArrayOutputStream frame, int first, long length) {
        frame.write(first);
        if (length <= 125) {
            frame.write(0x80 | (int) length);
        } else if (length <= 0xffff) {
            frame.write(0x80 | 126);
            frame.write((int) length >>> 8);
            frame.write((int) length);
        } else {
            frame.write(0x80 | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                frame.write((int) (length >>> shift));
            }
        }
    }
}
