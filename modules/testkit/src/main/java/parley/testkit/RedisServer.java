package parley.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A Redis server that stores nothing on disk: a restart comes back empty.
public final class RedisServer extends LocalServer {
    private static final int ANSWER_WITHIN_MILLIS = 10_000;
    private static final Pattern COUNTED = Pattern.compile("^cmdstat_(.+):calls=(\\d+),");

    private final String password;
    private final List<String> options;

    private RedisServer(String password, List<String> options) {
        super("redis");
        this.password = password;
        this.options = options;
    }

    /// Starts an empty server without password.
    public static RedisServer start() {
        return start("");
    }

    /// Starts an empty server that asks for `password`; empty means none.
    public static RedisServer start(String password) {
        return start(password, List.of());
    }

    /// As [#start(String)], with more options of the command line.
    public static RedisServer start(String password, List<String> options) {
        RedisServer server = new RedisServer(password, options);
        server.startOnFreePort();
        return server;
    }

    /// Address for `redis.url`; the password is not in it.
    public String url() {
        return "redis://127.0.0.1:" + port();
    }

    /// Deletes everything, as `FLUSHALL`.
    public void flush() {
        String unused = command("FLUSHALL");
    }

    /// Sends one command whose arguments hold no spaces and gives the first line of the answer, type
    /// mark included: `+OK`, `:1`, `$5`.
    public String command(String line) {
        return ask(port(), password, line);
    }

    /// How many commands it carried out since its start, by name, those of scripts included.
    public Map<String, Long> commandCounts() {
        Map<String, Long> counts = new TreeMap<>();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port());
                BufferedReader reader =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            socket.setSoTimeout(ANSWER_WITHIN_MILLIS);
            String login = password.isEmpty() ? "" : "AUTH " + password + "\r\n";
            String both = login + "INFO commandstats\r\nQUIT\r\n";
            socket.getOutputStream().write(both.getBytes(StandardCharsets.UTF_8));
            reader.lines()
                    .map(COUNTED::matcher)
                    .filter(Matcher::find)
                    .forEach(found -> counts.put(found.group(1), Long.parseLong(found.group(2))));
            return counts;
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    /// As [#command(String)], without the password.
    static String firstAnswer(int port, String line) {
        return ask(port, "", line);
    }

    /// As [#firstAnswer], with a password.
    static String ask(int port, String password, String line) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                BufferedReader reader =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            socket.setSoTimeout(ANSWER_WITHIN_MILLIS);
            String login = password.isEmpty() ? "" : "AUTH " + password + "\r\n";
            socket.getOutputStream().write((login + line + "\r\n").getBytes(StandardCharsets.UTF_8));
            String answer = reader.readLine();
            String first = password.isEmpty() ? answer : reader.readLine();
            return first == null ? "" : first;
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    @Override
    List<String> command(int port) {
        List<String> command = new ArrayList<>(List.of(
                Checkout.program("redis-server").toString(),
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no",
                "--enable-debug-command",
                "yes",
                "--dir",
                folder().toString()));
        if (!password.isEmpty()) {
            command.addAll(List.of("--requirepass", password));
        }
        command.addAll(options);
        return command;
    }

    @Override
    boolean answers(int port) {
        return ask(port, password, "PING").equals("+PONG");
    }
}
