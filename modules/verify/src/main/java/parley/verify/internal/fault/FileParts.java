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
import parley.verify.Fault.Effect;
import parley.verify.Parts;
import parley.verify.VerifyFault;
import parley.verify.internal.client.Rows;

/// The processes that a file names (`ops/cluster` writes it, the
/// runbook describes it). The file is read anew each time, because a part that was started again has
/// another process id.
public final class FileParts implements Parts {
    private final Path file;

    public FileParts(Path file) {
        this.file = file;
    }

    /// A part with the commands that the file gives for it.
    private record Described(Part part, List<String> start, List<String> reload) {}

    @Override
    public List<Part> of(Kind kind) {
        return described(kind).stream().map(Described::part).toList();
    }

    @Override
    public Effect start(Part part) {
        return ran(now(part).start());
    }

    @Override
    public Effect reload(Part part) {
        return ran(now(part).reload());
    }

    private static Effect ran(List<String> command) {
        if (command.isEmpty()) {
            return new Effect(false, "the file says no command for it");
        }
        Processes.Ran ran = Processes.run(command);
        return new Effect(ran.code() == 0, ran.brief());
    }

    private List<Described> described(Kind kind) {
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
    private Described now(Part part) {
        return described(part.kind()).stream()
                .filter(one -> one.part().name().equals(part.name()))
                .findFirst()
                .orElseThrow(() -> new VerifyFault(file + " does not name " + part.name() + " any more."));
    }

    private static Optional<Described> one(JsonObject all, Kind kind, String name) {
        return all.get(name) instanceof JsonObject one ? Optional.of(part(kind, name, one)) : Optional.empty();
    }

    private static Described part(Kind kind, String name, JsonObject one) {
        String passwordFile = one.getString("passwordFile", "");
        Part part = new Part(
                kind,
                name,
                one.getJsonNumber("pid").longValue(),
                one.getInt("port"),
                kind == Kind.REDIS ? one.getString("user", "") : "",
                passwordFile.isEmpty() ? "" : text(Path.of(passwordFile)).strip());
        return new Described(part, words(one, "start"), words(one, "reload"));
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
