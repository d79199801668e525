package parley.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/// A program that a test started: known by its own process id, its output kept in two files.
///
/// It never outlives this JVM. A shell between the two holds the reading end of a pipe whose writing end
/// only this JVM has; when that closes, by whatever death, the shell kills the program. Thread-safe.
public final class ChildProcess implements AutoCloseable {
    /// Arguments: output file, error file, command. Prints the program's process id, ends with its code.
    /// The program leads a process group of its own, so that what it forks ends with it.
    private static final String KEEPER = """
            out=$1 err=$2
            shift 2
            if command -v setsid >/dev/null; then set -- setsid "$@"; fi
            exec 3<&0
            "$@" </dev/null >>"$out" 2>>"$err" 3<&- &
            child=$!
            ( exec 3<&-
              while read -r line; do :; done
              kill -s KILL -- -$child
              kill -9 $child ) <&3 >/dev/null 2>&1 &
            watch=$!
            trap '' INT TERM HUP
            exec 3<&- </dev/null
            echo $child
            exec >/dev/null
            wait $child
            code=$?
            kill -9 $watch 2>/dev/null
            exit $code
            """;

    /// The shell itself stands outside the group of whoever starts it, so that it survives when that one
    /// is killed with its group, and can do its duty.
    private static final List<String> NEW_SESSION =
            Files.isExecutable(Path.of("/usr/bin/setsid")) ? List.of("/usr/bin/setsid") : List.of();

    private final Process keeper;
    private final long pid;
    private final Output output;
    private final Output errors;

    private ChildProcess(Process keeper, long pid, Output output, Output errors) {
        this.keeper = keeper;
        this.pid = pid;
        this.output = output;
        this.errors = errors;
    }

    /// Starts `command` with the environment of this JVM plus `environment`; what it prints is appended
    /// to `stdout` and `stderr` in `folder`, which is also its current folder and may be that of an
    /// earlier run.
    public static ChildProcess start(Path folder, List<String> command, Map<String, String> environment) {
        Output output = Output.of(folder.resolve("stdout"));
        Output errors = Output.of(folder.resolve("stderr"));
        List<String> line = new ArrayList<>(NEW_SESSION);
        line.addAll(List.of("/bin/sh", "-c", KEEPER, "keeper"));
        line.addAll(List.of(output.file().toString(), errors.file().toString()));
        line.addAll(command);
        ProcessBuilder builder =
                new ProcessBuilder(line).directory(folder.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(environment);
        try {
            Process keeper = builder.start();
            long pid = readPid(keeper, command);
            ChildProcess child = new ChildProcess(keeper, pid, output, errors);
            Exit.atEnd(child::kill9);
            return child;
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    private static long readPid(Process keeper, List<String> command) throws IOException {
        try (BufferedReader reader = keeper.inputReader(StandardCharsets.US_ASCII)) {
            String pid = reader.readLine();
            if (pid == null) {
                throw new IllegalStateException("could not be started: " + command.getFirst());
            }
            return Long.parseLong(pid);
        }
    }

    /// The process id of the program itself.
    public long pid() {
        return pid;
    }

    public boolean isAlive() {
        return keeper.isAlive();
    }

    /// The exit code once it has ended; 128 + signal when a signal ended it.
    public OptionalInt exitCode() {
        return keeper.isAlive() ? OptionalInt.empty() : OptionalInt.of(keeper.exitValue());
    }

    /// Waits for the end; throws [AssertionError] when it does not come in time.
    public int awaitExit(Duration deadline) {
        try {
            if (!keeper.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("still running after " + deadline.toMillis() + " ms: process " + pid);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for process " + pid, interrupted);
        }
        return keeper.exitValue();
    }

    /// All that this run printed on standard output so far.
    public String stdout() {
        return output.read();
    }

    /// All that this run printed on standard error so far.
    public String stderr() {
        return errors.read();
    }

    /// The first complete line of standard output that starts with `prefix`; waits for it. Throws
    /// [AssertionError] with the end of both outputs when the program ends or the deadline passes first.
    public String awaitLine(Duration deadline, String prefix) {
        Optional<String> line = Await.value(
                deadline, "a line of process " + pid + " that starts with '" + prefix + "'; so far: " + tail(), () -> {
                    boolean wasAlive = isAlive();
                    Optional<String> found = completeLines(stdout()).stream()
                            .filter(text -> text.startsWith(prefix))
                            .findFirst();
                    return found.isPresent() || !wasAlive ? Optional.of(found) : Optional.empty();
                });
        return line.orElseThrow(() -> new AssertionError(
                "process " + pid + " ended with " + exitCode() + " before it printed '" + prefix + "': " + tail()));
    }

    private static List<String> completeLines(String text) {
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }

    /// The last few thousand characters of both outputs, for failure messages.
    public String tail() {
        return last(stdout()) + "\n" + last(stderr());
    }

    /// SIGKILL to it and all that it forked, and waits until it is gone. Does nothing when it has ended.
    public void kill9() {
        signalAll("KILL");
        Await.until("end of process " + pid, () -> !isAlive());
    }

    /// SIGTERM; does not wait.
    public void terminate() {
        signal("TERM");
    }

    /// SIGSTOP: it runs no further, nor does what it forked; its connections stay open.
    public void freeze() {
        signalAll("STOP");
    }

    /// SIGCONT.
    public void thaw() {
        signalAll("CONT");
    }

    /// Sends the signal with this name to the program alone; nothing when it has ended.
    public void signal(String name) {
        send("kill -s " + name + " " + pid);
    }

    /// To its process group; before the program leads one (or where there are none), to it alone.
    private void signalAll(String name) {
        send("kill -s " + name + " -- -" + pid + " 2>/dev/null || kill -s " + name + " " + pid);
    }

    private void send(String kill) {
        if (!isAlive()) {
            return;
        }
        try {
            Process shell = new ProcessBuilder("/bin/sh", "-c", kill)
                    .redirectErrorStream(true)
                    .start();
            // Not by onExit(): that needs a thread of the pool which others may keep busy while they wait for this.
            int unused = shell.waitFor();
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /// Ends it at once, as [#kill9].
    @Override
    public void close() {
        kill9();
    }

    private static String last(String text) {
        return text.substring(Math.max(0, text.length() - 3_000));
    }

    /// A file that a program appends to, read from where it stood when the program started.
    private record Output(Path file, long begin) {
        static Output of(Path file) {
            try {
                return new Output(file, Files.exists(file) ? Files.size(file) : 0);
            } catch (IOException fault) {
                throw new UncheckedIOException(fault);
            }
        }

        String read() {
            if (!Files.exists(file)) {
                return "";
            }
            try (InputStream input = Files.newInputStream(file)) {
                input.skipNBytes(begin);
                return new String(input.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException fault) {
                throw new UncheckedIOException(fault);
            }
        }
    }
}
