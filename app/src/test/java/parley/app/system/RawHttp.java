package parley.app.system;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// One TCP connection on which a test writes any bytes: broken requests, forged headers, frames that no
/// client would send. Not thread-safe.
final class RawHttp implements AutoCloseable {
    static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    /// What the example of RFC 6455, section 1.3, gives for [#KEY].
    static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    private static final int READ_MILLIS_MAX = 10_000;

    private final Socket socket = new Socket();

    RawHttp(String address) {
        int port = URI.create(address).getPort();
        try {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5_000);
            socket.setSoTimeout(READ_MILLIS_MAX);
            socket.setTcpNoDelay(true);
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    /// A good upgrade with further header lines, each ending in CR LF.
    static String upgrade(String more) {
        return "GET /connection/websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Key: " + KEY + "\r\nSec-WebSocket-Version: 13\r\n" + more
                + "\r\n";
    }

    RawHttp send(String text) {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    RawHttp send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        } catch (IOException refusedEarly) {
            // The answer may come, and the connection end, before all was taken.
        }
        return this;
    }

    /// The head of the answer, up to the empty line or the end.
    String head() {
        try {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            InputStream in = socket.getInputStream();
            for (int next = in.read(); next >= 0; next = in.read()) {
                head.write(next);
                if (next == '\n' && head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                    break;
                }
            }
            return head.toString(StandardCharsets.UTF_8);
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    /// The status of the answer; 0 when there was none.
    int status() {
        String head = head();
        return head.startsWith("HTTP/1.") ? Integer.parseInt(head.substring(9, 12)) : 0;
    }

    /// All that comes until the server ends the connection.
    String all() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            long unused = socket.getInputStream().transferTo(all);
        } catch (IOException reset) {
            // What came before is what counts.
        }
        return all.toString(StandardCharsets.UTF_8);
    }

    /// The code of the next close frame; other frames are skipped.
    int closeCode() {
        try {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            while (true) {
                int first = in.readUnsignedByte();
                int length = in.readUnsignedByte();
                int size = length == 126 ? in.readUnsignedShort() : length == 127 ? (int) in.readLong() : length;
                byte[] payload = in.readNBytes(size);
                if ((first & 0xf) == 8) {
                    return (payload[0] & 0xff) << 8 | (payload[1] & 0xff);
                }
            }
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    /// What comes next on a WebSocket, in words: `text ...`, `binary ...` (in hexadecimal), `pong ...`,
    /// `close 1002`, `close` without a code, or `cut` when the server ends TCP.
    String next() {
        try {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            int first = in.readUnsignedByte();
            int length = in.readUnsignedByte();
            int size = length == 126 ? in.readUnsignedShort() : length == 127 ? (int) in.readLong() : length;
            byte[] payload = in.readNBytes(size);
            return switch (first & 0xf) {
                case 1 -> "text " + new String(payload, StandardCharsets.UTF_8);
                case 2 -> "binary " + HexFormat.of().formatHex(payload);
                case 8 -> payload.length < 2 ? "close" : "close " + ((payload[0] & 0xff) << 8 | (payload[1] & 0xff));
                case 10 -> "pong " + new String(payload, StandardCharsets.UTF_8);
                default -> "opcode " + (first & 0xf);
            };
        } catch (SocketTimeoutException silent) {
            return "silence";
        } catch (IOException ended) {
            return "cut";
        }
    }

    /// Ends the own half of the connection.
    void shutdownOutput() {
        try {
            socket.shutdownOutput();
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    /// Ends the connection by RST.
    void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    /// A frame as clients send them, masked with zeros.
    static byte[] frame(int first, byte[] payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(first);
        if (payload.length < 126) {
            frame.write(0x80 | payload.length);
        } else if (payload.length < 65_536) {
            frame.write(0x80 | 126);
            frame.write(payload.length >>> 8);
            frame.write(payload.length);
        } else {
            frame.write(0x80 | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                frame.write((int) ((long) payload.length >>> shift));
            }
        }
        frame.writeBytes(new byte[4]);
        frame.writeBytes(payload);
        return frame.toByteArray();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }
}
