package parley.verify;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.stream.Stream;

/// The record of a run: one line per event, appended, each one out of the process when [#add] returns.
/// So a line that stands before another one happened before it for whoever wrote "before a send" and
/// "after a receive". Thread-safe.
public final class Journal implements AutoCloseable {
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final BufferedWriter out;

    private Journal(BufferedWriter out) {
        this.out = out;
    }

    /// A new file; one that is there already is an error.
    public static Journal create(Path file) {
        try {
            return new Journal(Files.newBufferedWriter(
                    file,
                    StandardCharsets.UTF_8,
                    java.nio.file.StandardOpenOption.CREATE_NEW,
                    java.nio.file.StandardOpenOption.WRITE));
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    /// Appends what `event` makes of the time, and answers it. Blocks for one write.
    public <E extends Event> E add(LongFunction<E> event) {
        lock.lock();
        try {
            E made = event.apply(System.nanoTime());
            out.write(EventJson.line(made));
            out.write('\n');
            out.flush();
            return made;
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        } finally {
            lock.unlock();
        }
    }

    /// Its first events, up to `most`.
    public static List<Event> first(Path file, int most) {
        try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
            return lines.limit(most).map(EventJson::parse).toList();
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    /// Hands every event of `file` to `reader`, in order.
    public static void read(Path file, Consumer<? super Event> reader) {
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                reader.accept(EventJson.parse(line));
            }
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            out.close();
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        } finally {
            lock.unlock();
        }
    }
}
