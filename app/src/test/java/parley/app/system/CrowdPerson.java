package parley.app.system;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Somebody with a token and conversations, as `bench prepare` makes them.
record CrowdPerson(String token, List<String> conversations) {

    static List<CrowdPerson> read(Path file) {
        try {
            return Files.readAllLines(file).stream().map(CrowdPerson::of).toList();
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    private static CrowdPerson of(String line) {
        try (JsonReader reader = Json.createReader(new StringReader(line))) {
            JsonObject person = reader.readObject();
            return new CrowdPerson(
                    person.getString("token"),
                    person.getJsonArray("conversations").getValuesAs(JsonString.class).stream()
                            .map(JsonString::getString)
                            .toList());
        }
    }
}
