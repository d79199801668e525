package parley.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The real nginx with a configuration file of the checkout, on a free port of loopback.
public final class Nginx extends LocalServer {
    private static final int ANSWER_WITHIN_MILLIS = 10_000;

    /// The node of the template; each line that names it is written once for each upstream.
    private static final String NODE = "127.0.0.1:8080";

    private final Path template;
    private final Map<String, String> replacements;

    /// What stands in the place of `listen 80;`; null without TLS.
    private @Nullable String tls;

    private volatile int plainPort;

    private Nginx(Path template, Map<String, String> replacements) {
        super("nginx");
        this.template = template;
        this.replacements = Map.copyOf(replacements);
    }

    /// Starts nginx with `ops/nginx/parley.conf` in front of `upstreams` (`127.0.0.1:23456`, one or
    /// more).
    public static Nginx parley(String... upstreams) {
        return start(Checkout.root().resolve("ops/nginx/parley.conf"), Map.of(NODE, String.join(" ", upstreams)));
    }

    /// Starts nginx with `ops/nginx/parley.conf` and `ops/nginx/tls.conf` on [#port], which speaks TLS with
    /// `pair`; [#plainPort] is what port 80 is otherwise.
    public static Nginx parleyWithTls(TestCertificates.Pair pair, String... upstreams) {
        Path folder = Checkout.root().resolve("ops/nginx");
        try {
            Nginx server = new Nginx(
                    folder.resolve("parley.conf"),
                    Map.of(
                            NODE,
                            String.join(" ", upstreams),
                            "/etc/parley/tls/certificate.pem",
                            pair.certificate().toString(),
                            "/etc/parley/tls/key.pem",
                            pair.privateKey().toString()));
            server.tls = Files.readString(folder.resolve("tls.conf"));
            server.startOnFreePort();
            return server;
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    /// Starts nginx with the text of `template` in which each key of `replacements` is replaced by its
    /// value. `listen 80;` becomes the free port, and `/var/log/nginx` a folder of its own.
    public static Nginx start(Path template, Map<String, String> replacements) {
        Nginx server = new Nginx(template, replacements);
        server.startOnFreePort();
        return server;
    }

    /// The port without TLS.
    public int plainPort() {
        return plainPort;
    }

    /// Reads the configuration again, as `nginx -s reload`: old workers end in their own time.
    public void reload() {
        process().signal("HUP");
    }

    /// All lines of the access log so far.
    public List<String> accessLog() {
        return lines("access.log");
    }

    /// All lines of the error log so far.
    public List<String> errorLog() {
        return lines("error.log");
    }

    private List<String> lines(String file) {
        Path log = folder().resolve(file);
        try {
            return Files.exists(log) ? Files.readAllLines(log) : List.of();
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    @Override
    List<String> command(int port) {
        Path config = folder().resolve("nginx.conf");
        try {
            Files.writeString(config, configuration(port));
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
        String user = System.getProperty("user.name").equals("root") ? "user root; " : "";
        return List.of(
                Checkout.program("nginx").toString(),
                "-p",
                folder().toString(),
                "-e",
                folder().resolve("error.log").toString(),
                "-c",
                config.toString(),
                "-g",
                "daemon off; " + user + "pid \"" + folder().resolve("nginx.pid") + "\";");
    }

    private String configuration(int port) throws IOException {
        plainPort = tls == null ? port : FreePort.next();
        String text = Files.readString(template)
                .replace("listen 80;", tls == null ? "listen 80;" : tls)
                .replace("listen 443 ssl;", "listen 127.0.0.1:" + port + " ssl;")
                .replace("listen 80;", "listen 127.0.0.1:" + plainPort + ";")
                .replace("/var/log/nginx", folder().toString())
                .replaceFirst("(?m)^http \\{$", "http {\n" + temporaryPaths());
        for (Map.Entry<String, String> replacement : replacements.entrySet()) {
            text = replacement.getKey().equals(NODE)
                    ? eachNode(text, replacement.getValue())
                    : text.replace(replacement.getKey(), replacement.getValue());
        }
        return text;
    }

    private static String eachNode(String text, String upstreams) {
        return text.lines()
                .flatMap(line -> line.contains("server " + NODE)
                        ? Stream.of(upstreams.split(" ", -1)).map(upstream -> line.replace(NODE, upstream))
                        : Stream.of(line))
                .collect(Collectors.joining("\n"));
    }

    /// The folders that nginx otherwise makes where only root may.
    private static String temporaryPaths() {
        StringBuilder lines = new StringBuilder();
        for (String kind : List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) {
            lines.append("    ").append(kind).append("_temp_path ").append(kind).append(";\n");
        }
        return lines.toString();
    }

    @Override
    boolean answers(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(ANSWER_WITHIN_MILLIS);
            // Without a Host header nginx itself answers, whatever stands behind it.
            socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return socket.getInputStream().read() == 'H';
        }
    }
}
