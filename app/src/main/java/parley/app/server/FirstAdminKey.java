package parley.app.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import parley.accounts.Administration;
import parley.accounts.Administration.CreatedKey;
import parley.app.admin.AdminKeys;
import parley.app.exit.Failure;

/// The key that the first start with an embedded database makes, so that somebody who tries Parley out
/// has one.
final class FirstAdminKey {
    private static final String NAME = "first";

    private FirstAdminKey() {}

    /// Writes `admin-key` into `folder`, for its owner alone, when there is no key at all yet; answers
    /// the file when it was written now.
    static Optional<Path> write(Administration administration, Path folder) {
        if (!administration.apiKeys().isEmpty()) {
            return Optional.empty();
        }
        Optional<CreatedKey> created = administration.createApiKey("start", NAME, Set.of(AdminKeys.SCOPE_ADMIN));
        return created.map(key -> write(key, folder.resolve("admin-key")));
    }

    private static Path write(CreatedKey key, Path file) {
        try {
            Files.deleteIfExists(file);
            if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            } else {
                Files.createFile(file);
            }
            return Files.writeString(file, key.text().reveal() + "\n", StandardOpenOption.WRITE);
        } catch (IOException fault) {
            throw new Failure("The admin key cannot be written to " + file + ".", fault);
        }
    }
}
