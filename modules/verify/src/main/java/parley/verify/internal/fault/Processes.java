package parley.verify.internal.fault;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import parley.verify.Parts;
import parley.verify.VerifyFault;
import parley.verify.internal.load.Pause;

/// Signals to other processes, and what became of these.
final class Processes {
    private static final Duration COMMAND_MAX = Duration.ofMinutes(2);

    private Processes() {}

    /// How a command ended, and what it said on both streams.
    record Ran(int code, String said) {
        /// The last line, or the code.
        String brief() {
            List<String> lines = said.lines().filter(line -> !line.isBlank()).toList();
            return lines.isEmpty() ? "exit code " + code : lines.getLast();
        }
    }

    static Ran run(List<String> command) {
        try {
            Path output = Files.createTempFile("parley-verify", ".txt");
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                    .redirectOutput(output.toFile())
                    .start();
            boolean isOver = false;
            try {
                isOver = process.waitFor(COMMAND_MAX.toSeconds(), TimeUnit.SECONDS);
            } finally {
                if (!isOver) {
                    Process unused = process.destroyForcibly();
                }
            }
            String said = Files.readString(output, StandardCharsets.UTF_8);
            Files.delete(output);
            return new Ran(isOver ? process.exitValue() : -1, said);
        } catch (IOException fault) {
            throw new VerifyFault("'" + command.getFirst() + "' cannot be run.", fault);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new VerifyFault("Interrupted.", stopped);
        }
    }

    /// Throws a [VerifyFault] when `part` is not running, or its process id belongs to something else.
    static void require(Parts.Part part) {
        String line = run(List.of("ps", "-ww", "-o", "args=", "-p", Long.toString(part.pid())))
                .said();
        if (!part.kind().fits(line)) {
            throw new VerifyFault(part.name() + " does not run as process " + part.pid() + ".");
        }
    }

    /// At once, with no other process between.
    static void kill(long pid) {
        ProcessHandle.of(pid).ifPresent(process -> {
            boolean unused = process.destroyForcibly();
        });
    }

    static void signal(String signal, long pid) {
        Ran unused = run(List.of("kill", "-" + signal, Long.toString(pid)));
    }

    static boolean isAlive(long pid) {
        String state = state(pid);
        return !state.isEmpty() && !state.startsWith("Z");
    }

    static boolean isStopped(long pid) {
        return state(pid).startsWith("T");
    }

    /// As ps tells it; empty for no such process.
    private static String state(long pid) {
        return run(List.of("ps", "-o", "stat=", "-p", Long.toString(pid)))
                .said()
                .strip();
    }

    static Set<Long> children(long pid) {
        return ProcessHandle.of(pid).stream()
                .flatMap(ProcessHandle::children)
                .map(ProcessHandle::pid)
                .collect(Collectors.toSet());
    }

    static boolean accepts(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    /// Whether an HTTP server on this machine answers 200 to a GET.
    static boolean answersOk(int port, String path) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            socket.setSoTimeout(2_000);
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String status = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            return status.endsWith(" 200");
        } catch (IOException away) {
            return false;
        }
    }

    static boolean awaitEnd(long pid, Duration longest) {
        return Pause.until(longest, () -> ProcessHandle.of(pid).isEmpty() || !isAlive(pid));
    }
}
