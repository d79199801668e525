package parley.app.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The migrations packaged with the modules, found without the migration tool: that one costs more than
/// the rest of the start, and a current schema does not need it.
final class Migrations {
    /// Modules with tables, in the order in which they are migrated.
    static final List<String> MODULES = List.of("accounts", "history", "messaging");

    private static final Pattern NAME = Pattern.compile("V([0-9]{1,9})__([A-Za-z0-9_]+)\\.sql");

    private Migrations() {}

    static String folder(String module) {
        return "db-migration/" + module;
    }

    /// Those of `module`, ascending.
    static List<Migration> of(String module) {
        URL url = Migrations.class.getClassLoader().getResource(folder(module));
        if (url == null) {
            throw new IllegalStateException("no migrations are packaged for " + module);
        }
        try {
            List<Migration> found = url.getProtocol().equals("jar") ? inJar(module, url) : inFolder(module, url);
            return found.stream().sorted().toList();
        } catch (IOException | URISyntaxException fault) {
            throw new IllegalStateException("the migrations of " + module + " cannot be read", fault);
        }
    }

    private static List<Migration> inJar(String module, URL url) throws IOException {
        JarURLConnection connection = (JarURLConnection) url.openConnection();
        connection.setUseCaches(false);
        List<Migration> found = new ArrayList<>();
        try (JarFile jar = connection.getJarFile()) {
            String prefix = folder(module) + "/";
            for (var entry : (Iterable<java.util.jar.JarEntry>) jar.stream()::iterator) {
                if (entry.getName().startsWith(prefix)) {
                    byte[] sql = jar.getInputStream(entry).readAllBytes();
                    add(found, module, entry.getName().substring(prefix.length()), sql);
                }
            }
        }
        return found;
    }

    private static List<Migration> inFolder(String module, URL url) throws IOException, URISyntaxException {
        List<Migration> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of(URI.create(url.toString())))) {
            files.forEach(file -> {
                try {
                    add(found, module, String.valueOf(file.getFileName()), Files.readAllBytes(file));
                } catch (IOException fault) {
                    throw new UncheckedIOException(fault);
                }
            });
        }
        return found;
    }

    private static void add(List<Migration> found, String module, String file, byte[] sql) {
        Matcher matcher = NAME.matcher(file);
        if (matcher.matches()) {
            int checksum = Migration.checksum(new String(sql, StandardCharsets.UTF_8));
            found.add(new Migration(module, Integer.parseInt(matcher.group(1)), matcher.group(2), checksum));
        }
    }
}
