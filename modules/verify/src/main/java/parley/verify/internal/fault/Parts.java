package parley.verify.internal.fault;

import jakarta.json.JsonArray;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import parley.verify.VerifyFault;
import parley.verify.internal.client.Rows;

/// The processes of an installation on this machine, as a file tells them (`ops/cluster` writes it, the
/// runbook describes it). The file is read anew each time, because a part that was started again has
/// another process id.
public final class Parts {
    private final Path file;

    public Parts(Path file) {
        this.file = file;
    }

    public enum Kind {
        NODE("parley"),
        REDIS("redis"),
        DATABASE("mariadbd|mysqld"),
        NGINX("nginx");

        private final Pattern words;

        Kind(String words) {
            this.words = Pattern.compile(words);
        }

        /// Whether a process with this command line may be one: a number alone may be given out again.
        boolean fits(String commandLine) {
            return words.matcher(commandLine).find();
        }
    }

    /// `start` starts it again, ends, and has the file say the new process id. `password` may be empty.
    public record Part(
            Kind kind, String name, long pid, int port, List<String> start, List<String> reload, String password) {}

    /// All of a kind, in the order of the file.
    public List<Part> of(Kind kind) {
        JsonObject all = read();
        return switch (kind) {
            case NODE ->
                all.containsKey("nodes")
                        ? all.getJsonArray("nodes").getValuesAs(JsonObject.class).stream()
                                .map(one -> part(kind, one.getString("name"), one))
                                .toList()
                        : List.of();
            case REDIS -> one(all, kind, "redis").stream().toList();
            case DATABASE -> one(all, kind, "database").stream().toList();
            case NGINX -> one(all, kind, "nginx").stream().toList();
        };
    }

    /// The part with this kind and name as it is now.
    Part now(Part part) {
        return of(part.kind()).stream()
                .filter(one -> one.name().equals(part.name()))
                .findFirst()
                .orElseThrow(() -> new VerifyFault(file + " does not name " + part.name() + " any more."));
    }

    /// Ways in for clients: nginx first, then each node.
    public List<String> addresses() {
        return Stream.concat(of(Kind.NGINX).stream(), of(Kind.NODE).stream())
                .map(part -> "http://127.0.0.1:" + part.port() + "/")
                .toList();
    }

    private static Optional<Part> one(JsonObject all, Kind kind, String name) {
        return all.get(name) instanceof JsonObject one ? Optional.of(part(kind, name, one)) : Optional.empty();
    }

    private static Part part(Kind kind, String name, JsonObject one) {
        String passwordFile = one.getString("passwordFile", "");
        return new Part(
                kind,
                name,
                one.getJsonNumber("pid").longValue(),
                one.getInt("port"),
                words(one, "start"),
                words(one, "reload"),
                passwordFile.isEmpty() ? "" : text(Path.of(passwordFile)).strip());
    }

    /// A list of words, or a line for the shell.
    private static List<String> words(JsonObject one, String name) {
        return switch (one.get(name)) {
            case JsonArray words ->
                words.getValuesAs(JsonString.class).stream()
                        .map(JsonString::getString)
                        .toList();
            case JsonString line -> List.of("sh", "-c", line.getString());
            case null, default -> List.of();
        };
    }

    private JsonObject read() {
        try {
            return Rows.json(text(file));
        } catch (JsonException | ClassCastException | NullPointerException broken) {
            throw new VerifyFault(file + " does not describe an installation.", broken);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException fault) {
            throw new VerifyFault(file + " cannot be read.", fault);
        }
    }
}
