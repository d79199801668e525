package parley.testkit;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// A data folder of MariaDB with filled system tables, made once for each program and user, kept in
/// `.cache`, and copied for each server: a tenth of the time that filling them takes.
final class MariaDbTemplate {
    private static final List<String> SYSTEM_TABLES =
            List.of("mysql_system_tables.sql", "mysql_performance_tables.sql", "mysql_system_tables_data.sql");

    /// Small, so that little is copied; the server makes itself a new log of its own size at the start.
    private static final List<String> FLAGS = List.of(
            "--bootstrap",
            "--skip-log-bin",
            "--log-warnings=0",
            "--innodb-log-file-size=4M",
            "--innodb-buffer-pool-size=16M");

    private MariaDbTemplate() {}

    /// Makes `target` a fresh data folder. `base` is the server's command with the options that say where
    /// its files are; `share` holds the scripts of the system tables.
    static void copyTo(Path target, List<String> base, Path share) {
        try {
            Path template = find(base, share);
            try (Stream<Path> files = Files.walk(template)) {
                for (Path file : files.toList()) {
                    Path unused = Files.copy(file, target.resolve(template.relativize(file)));
                }
            }
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    private static Path find(List<String> base, Path share) throws IOException {
        Path program = Path.of(base.getFirst());
        String key =
                System.getProperty("user.name") + program + Files.size(program) + Files.getLastModifiedTime(program);
        Path template = Checkout.cache().resolve("mariadb-template-" + Integer.toHexString(key.hashCode()));
        if (Files.isDirectory(template)) {
            return template;
        }
        Path made = fill(newFolder(), base, share);
        try {
            return Files.move(made, template, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException notNow) {
            // Another JVM was faster, or the cache cannot be written: this one serves as well.
            Exit.atEnd(() -> Checkout.deleteTree(made));
            return made;
        }
    }

    private static Path newFolder() throws IOException {
        try {
            return Files.createTempDirectory(Files.createDirectories(Checkout.cache()), "mariadb-unfinished-");
        } catch (FileSystemException readOnly) {
            return Checkout.temporaryFolder("mariadb-template");
        }
    }

    private static Path fill(Path folder, List<String> base, Path share) throws IOException {
        Path log = Checkout.temporaryFolder("mariadb-log").resolve("log");
        List<String> command = new ArrayList<>(base);
        command.add("--datadir=" + folder);
        command.addAll(FLAGS);
        Process bootstrap = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(log.toFile())
                .start();
        try (OutputStream sql = bootstrap.getOutputStream()) {
            sql.write("create database if not exists mysql;\nuse mysql;\n".getBytes(StandardCharsets.US_ASCII));
            for (String file : SYSTEM_TABLES) {
                sql.write(Files.readAllBytes(share.resolve(file)));
            }
        }
        if (bootstrap.onExit().join().exitValue() != 0) {
            throw new IllegalStateException("mariadbd --bootstrap failed: " + Files.readString(log));
        }
        return folder;
    }
}
