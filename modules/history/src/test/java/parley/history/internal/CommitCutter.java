package parley.history.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/// A proxy before a MariaDB or MySQL server that can cut a connection exactly at its COMMIT: before the
/// server hears of it, or after the server has done it and before the client hears of it.
final class CommitCutter implements AutoCloseable {
    /// What to do with the next commits.
    enum Mode {
        PASS,
        /// The server never sees the commit.
        LOSE_COMMIT,
        /// The server commits; its answer is lost.
        LOSE_ANSWER
    }

    private static final byte COM_QUERY = 3;
    private static final int HEADER_BYTES = 4;

    private final ServerSocket listener;
    private final int target;
    private volatile Mode mode = Mode.PASS;
    private volatile boolean isRefusing;
    private final AtomicInteger cuts = new AtomicInteger();

    CommitCutter(int target) throws IOException {
        this.target = target;
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /// Cuts the next commit, once; `refuse` = lets nobody connect after it, until [#admit].
    void cutNext(Mode newMode, boolean refuse) {
        refuseAfterCut = refuse;
        mode = newMode;
    }

    private volatile boolean refuseAfterCut;

    void admit() {
        isRefusing = false;
    }

    int cuts() {
        return cuts.get();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                if (isRefusing) {
                    client.close();
                    continue;
                }
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                Link link = new Link(client, server);
                Thread.ofVirtual().start(() -> link.run(link::toServer));
                Thread.ofVirtual().start(() -> link.run(link::toClient));
            } catch (SocketException closed) {
                // The loop's condition looks whether it is the listener that closed.
            } catch (IOException fault) {
                throw new IllegalStateException(fault);
            }
        }
    }

    private interface Pump {
        void run() throws IOException;
    }

    private final class Link {
        private final Socket client;
        private final Socket server;
        private volatile boolean isAnswerLost;

        Link(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void run(Pump pump) {
            try (client;
                    server) {
                pump.run();
            } catch (IOException closed) {
                // Both sides are closed together.
            }
        }

        void toServer() throws IOException {
            InputStream in = client.getInputStream();
            OutputStream out = server.getOutputStream();
            while (true) {
                byte[] header = in.readNBytes(HEADER_BYTES);
                if (header.length < HEADER_BYTES) {
                    return;
                }
                int length = (header[0] & 0xFF) | ((header[1] & 0xFF) << 8) | ((header[2] & 0xFF) << 16);
                byte[] payload = in.readNBytes(length);
                Mode now = mode;
                if (now != Mode.PASS && isCommit(payload)) {
                    mode = Mode.PASS;
                    isRefusing = refuseAfterCut;
                    int unused = cuts.incrementAndGet();
                    if (now == Mode.LOSE_COMMIT) {
                        return;
                    }
                    isAnswerLost = true;
                }
                out.write(header);
                out.write(payload);
                out.flush();
            }
        }

        void toClient() throws IOException {
            InputStream in = server.getInputStream();
            OutputStream out = client.getOutputStream();
            byte[] buffer = new byte[16 * 1024];
            int count = in.read(buffer);
            while (count > 0 && !isAnswerLost) {
                out.write(buffer, 0, count);
                out.flush();
                count = in.read(buffer);
            }
        }

        private boolean isCommit(byte[] payload) {
            return payload.length > 1
                    && payload[0] == COM_QUERY
                    && new String(payload, 1, payload.length - 1, StandardCharsets.UTF_8).equalsIgnoreCase("COMMIT");
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
