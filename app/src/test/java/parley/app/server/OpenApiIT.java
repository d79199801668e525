package parley.app.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.app.server.Answers.json;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class OpenApiIT {
    @Test
    void theDocumentAndTheRoutesAreTheSame() {
        // The OpenAPI document is checked against the registered routes in both directions.
        try (LocalNode node = new LocalNode()) {
            JsonObject document = json(node.admin("GET", "/openapi.json", null));
            Set<String> described = new TreeSet<>();
            document.getJsonObject("paths")
                    .forEach((path, operations) -> operations.asJsonObject().forEach((method, operation) -> {
                        described.add(listener(operation.asJsonObject()) + " "
                                + method.toUpperCase(java.util.Locale.ROOT) + " " + path);
                    }));
            Set<String> registered = new TreeSet<>();
            node.node()
                    .routes()
                    .forEach((listener, routes) -> routes.all()
                            .forEach(route -> registered.add((route.path().equals("/health/ready") ? "both" : listener)
                                    + " " + route.method().text() + " " + route.path())));
            assertEquals(String.join("\n", registered), String.join("\n", described));
        }
    }

    @Test
    void everyReferenceInTheDocumentHasItsTarget() {
        // A document that tools can read.
        try (LocalNode node = new LocalNode()) {
            JsonObject document = json(node.admin("GET", "/openapi.json", null));
            JsonObject schemas = document.getJsonObject("components").getJsonObject("schemas");
            Set<String> used = new TreeSet<>();
            collect(document, used);
            used.forEach(reference ->
                    assertTrue(schemas.containsKey(reference.substring(reference.lastIndexOf('/') + 1)), reference));
            assertEquals(schemas.keySet().size(), used.size(), "no schema without a use: " + schemas.keySet() + used);
        }
    }

    private static String listener(JsonObject operation) {
        return operation.getString("x-listener");
    }

    private static void collect(JsonValue value, Set<String> used) {
        switch (value.getValueType()) {
            case OBJECT ->
                value.asJsonObject().forEach((name, inner) -> {
                    if (name.equals("$ref")) {
                        used.add(((jakarta.json.JsonString) inner).getString());
                    } else {
                        collect(inner, used);
                    }
                });
            case ARRAY -> value.asJsonArray().forEach(inner -> collect(inner, used));
            default -> {}
        }
    }
}
