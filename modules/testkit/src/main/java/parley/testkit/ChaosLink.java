package parley.testkit;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import parley.testkit.ChaosProxy.Direction;

/// One connection through a [ChaosProxy]: per direction one virtual thread reads and stamps what
/// arrives, another writes it when it is due. Little is buffered between them, so a side that does not
/// read is felt by the other.
final class ChaosLink {
    private static final int CHUNK_BYTES = 16 * 1024;
    private static final int CHUNKS_MAX = 16;

    private final ChaosProxy proxy;
    private final Socket client;
    private final Socket server;
    private final AtomicInteger openDirections = new AtomicInteger(2);

    ChaosLink(ChaosProxy proxy, Socket client, Socket server) {
        this.proxy = proxy;
        this.client = client;
        this.server = server;
    }

    /// Bytes and when they may go on; no bytes mark the end of the stream.
    private static final class Chunk {
        final long dueNanos;
        final byte[] bytes;

        Chunk(long dueNanos, byte[] bytes) {
            this.dueNanos = dueNanos;
            this.bytes = bytes;
        }

        boolean isEnd() {
            return bytes.length == 0;
        }
    }

    /// Statements that may fail with the connection.
    private interface Transfer {
        void run() throws IOException, InterruptedException;
    }

    void start() throws IOException {
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        pump(client, server, Direction.TO_SERVER);
        pump(server, client, Direction.TO_CLIENT);
    }

    void reset() {
        reset(client);
        reset(server);
        proxy.forget(this);
    }

    /// Closes with RST.
    static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException closed) {
            // Closed is what was wanted.
        }
    }

    private void pump(Socket from, Socket to, Direction direction) {
        BlockingQueue<Chunk> queue = new LinkedBlockingQueue<>(CHUNKS_MAX);
        Thread writer =
                Thread.ofVirtual().name("chaos-write").start(() -> guarded(() -> writeAll(queue, to, direction)));
        Thread.ofVirtual().name("chaos-read").start(() -> {
            guarded(() -> readAll(from, queue, direction));
            if (from.isClosed()) {
                writer.interrupt();
            }
        });
    }

    private void guarded(Transfer transfer) {
        try {
            transfer.run();
        } catch (IOException | InterruptedException broken) {
            reset();
        }
    }

    private void readAll(Socket from, BlockingQueue<Chunk> queue, Direction direction)
            throws IOException, InterruptedException {
        byte[] buffer = new byte[CHUNK_BYTES];
        int count = from.getInputStream().read(buffer);
        while (count > 0) {
            long due = System.nanoTime() + proxy.delay().toNanos();
            queue.put(new Chunk(due, Arrays.copyOf(buffer, count)));
            proxy.awaitPassage(direction);
            count = from.getInputStream().read(buffer);
        }
        queue.put(new Chunk(0, new byte[0]));
    }

    private void writeAll(BlockingQueue<Chunk> queue, Socket to, Direction direction)
            throws IOException, InterruptedException {
        for (Chunk chunk = queue.take(); !chunk.isEnd(); chunk = queue.take()) {
            parkUntil(chunk.dueNanos);
            writeSlowly(chunk.bytes, to.getOutputStream(), direction);
        }
        proxy.awaitPassage(direction);
        to.shutdownOutput();
        if (openDirections.decrementAndGet() == 0) {
            client.close();
            server.close();
            proxy.forget(this);
        }
    }

    private void writeSlowly(byte[] bytes, OutputStream output, Direction direction)
            throws IOException, InterruptedException {
        int written = 0;
        while (written < bytes.length) {
            proxy.awaitPassage(direction);
            long rate = proxy.bytesPerSecond();
            int count = (int) Math.min(bytes.length - written, Math.max(1, rate / 50));
            output.write(bytes, written, count);
            written += count;
            if (rate < Long.MAX_VALUE) {
                parkUntil(System.nanoTime() + count * 1_000_000_000L / rate);
            }
        }
    }

    private static void parkUntil(long nanos) throws InterruptedException {
        long left = nanos - System.nanoTime();
        while (left > 0) {
            LockSupport.parkNanos(left);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            left = nanos - System.nanoTime();
        }
    }
}
