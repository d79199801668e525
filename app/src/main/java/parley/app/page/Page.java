package parley.app.page;

import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import parley.app.http.Problem;

/// Serves the page: `/` is asked for again each time and answered 304 while it is the same; what lies
/// under `/assets/` has the hash of its content in its name and is kept by browsers for a year. There is
/// no fall-back: any other path is not found. Thread-safe.
public final class Page {
    private static final String ROOT = "web-root/";
    private static final Pattern ASSET = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.\\-]{0,127}");
    private static final Map<String, String> MEDIA_TYPES = Map.of(
            "css", "text/css; charset=utf-8",
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "json", "application/json",
            "map", "application/json",
            "png", "image/png",
            "svg", "image/svg+xml",
            "txt", "text/plain; charset=utf-8",
            "woff2", "font/woff2");

    /// Only files that exist get in, so their number bounds it.
    private final Map<String, Content> contents = new ConcurrentHashMap<>();

    @SuppressWarnings("ArrayRecordComponent")
    private record Content(byte[] bytes, String mediaType, String tag) {}

    public void register(HttpRules rules) {
        rules.get("/", this::index).head("/", this::index).any("/", Page::wrongMethod);
        rules.get("/assets/{name}", this::asset)
                .head("/assets/{name}", this::asset)
                .any("/assets/{name}", Page::wrongMethod);
    }

    private static void wrongMethod(ServerRequest request, ServerResponse response) {
        throw Problem.wrongMethod("GET, HEAD");
    }

    private void index(ServerRequest request, ServerResponse response) {
        Content index = find("index.html").orElseThrow(Problem::notFound);
        response.header(HeaderNames.CACHE_CONTROL, "no-cache");
        response.header(HeaderNames.ETAG, index.tag());
        boolean same = request.headers().contains(HeaderNames.IF_NONE_MATCH)
                && request.headers().get(HeaderNames.IF_NONE_MATCH).allValues().stream()
                        .anyMatch(tags -> tags.contains(index.tag()));
        if (same) {
            response.status(Status.NOT_MODIFIED_304).send();
        } else {
            send(request, response, index);
        }
    }

    private void asset(ServerRequest request, ServerResponse response) {
        String name = request.path().pathParameters().get("name");
        if (!ASSET.matcher(name).matches()) {
            throw Problem.notFound();
        }
        Content asset = find("assets/" + name).orElseThrow(Problem::notFound);
        response.header(HeaderNames.CACHE_CONTROL, "public, max-age=31536000, immutable");
        send(request, response, asset);
    }

    private static void send(ServerRequest request, ServerResponse response, Content content) {
        response.header(HeaderNames.CONTENT_TYPE, content.mediaType());
        if (request.prologue().method().equals(Method.HEAD)) {
            response.header(HeaderNames.CONTENT_LENGTH, Integer.toString(content.bytes().length));
            response.send();
        } else {
            response.send(content.bytes());
        }
    }

    private Optional<Content> find(String name) {
        Content known = contents.get(name);
        return known != null ? Optional.of(known) : load(name);
    }

    private Optional<Content> load(String name) {
        try (InputStream in = Page.class.getClassLoader().getResourceAsStream(ROOT + name)) {
            if (in == null) {
                return Optional.empty();
            }
            byte[] bytes = in.readAllBytes();
            String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
            String mediaType = MEDIA_TYPES.getOrDefault(extension, "application/octet-stream");
            Content content = new Content(bytes, mediaType, tag(bytes));
            contents.put(name, content);
            return Optional.of(content);
        } catch (IOException fault) {
            throw new IllegalStateException("the page cannot be read from the jar", fault);
        }
    }

    private static String tag(byte[] bytes) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
            return '"' + HexFormat.of().formatHex(hash, 0, 16) + '"';
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
