package parley.app.verify;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import parley.app.config.Configuration;
import parley.app.config.Keys;
import parley.app.exit.Failure;

/// What a cluster file says about an installation, as far as a client and the database are concerned.
public record Installation(List<String> addresses, Map<String, String> settings) {

    /// A [Failure] when the file cannot be read.
    public static Installation read(Path file) {
        try (JsonReader reader = Json.createReader(new StringReader(text(file)))) {
            JsonObject all = reader.readObject();
            List<String> addresses = new ArrayList<>();
            if (all.containsKey("nginx")) {
                addresses.add(address(all.getJsonObject("nginx")));
            }
            all.getJsonArray("nodes").getValuesAs(JsonObject.class).forEach(node -> addresses.add(address(node)));
            return new Installation(addresses, settings(all));
        } catch (JsonException | ClassCastException | NullPointerException broken) {
            throw new Failure(file + " does not describe an installation.", broken);
        }
    }

    /// The file is about processes of this machine; where clients reach one by another address, such as
    /// https with the name in its certificate, the file says it.
    private static String address(JsonObject part) {
        String url = part.getString("url", "http://127.0.0.1:" + part.getInt("port") + "/");
        return url.endsWith("/") ? url : url + "/";
    }

    private static Map<String, String> settings(JsonObject all) {
        Map<String, String> settings = new HashMap<>();
        if (all.get("database") instanceof JsonObject database && database.containsKey("url")) {
            settings.put(Keys.DATABASE_URL.name(), database.getString("url"));
            settings.put(Keys.DATABASE_USER.name(), database.getString("user", ""));
            if (database.containsKey("passwordFile")) {
                settings.put(Keys.DATABASE_PASSWORD.fileName(), database.getString("passwordFile"));
            }
        }
        return settings;
    }

    /// Where clients connect to a node with this configuration, with a slash at the end.
    public static String clientAddress(Configuration configuration) {
        return address(
                configuration.tls().http().isPresent(),
                configuration.http().host(),
                configuration.http().port());
    }

    /// The operators' listener of a node with this configuration, with a slash at the end.
    public static String adminAddress(Configuration configuration) {
        return address(
                configuration.tls().admin().isPresent(),
                configuration.admin().host(),
                configuration.admin().port());
    }

    private static String address(boolean isTls, String host, int port) {
        return (isTls ? "https://" : "http://") + host + ":" + port + "/";
    }

    /// A file without the white space around it; a [Failure] when it cannot be read.
    public static String text(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException fault) {
            throw new Failure("The file " + file + " cannot be read.", fault);
        }
    }
}
