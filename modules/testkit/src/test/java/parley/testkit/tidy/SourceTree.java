package parley.testkit.tidy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// The text files that belong to the repository: what git tracks or would track, or, without git, all
/// but the folders that builds and tools make.
final class SourceTree {
    private static final Set<String> MADE =
            Set.of(".git", "target", "node_modules", "data", ".cache", ".idea", ".vscode");
    private static final long BYTES_MAX = 2_000_000;

    private SourceTree() {}

    static List<SourceFile> read(Path root) {
        List<String> paths = Files.exists(root.resolve(".git")) ? fromGit(root) : List.of();
        return (paths.isEmpty() ? fromWalk(root) : paths)
                .stream()
                        .filter(path -> Files.isRegularFile(root.resolve(path)))
                        .map(path -> new SourceFile(path, text(root.resolve(path))))
                        .toList();
    }

    /// Empty when git cannot be asked.
    private static List<String> fromGit(Path root) {
        try {
            Process git = new ProcessBuilder("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
                    .directory(root.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String paths = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            boolean isAnswer = git.onExit().join().exitValue() == 0;
            return isAnswer
                    ? Arrays.stream(paths.split("\0", -1))
                            .filter(path -> !path.isEmpty())
                            .toList()
                    : List.of();
        } catch (IOException noGit) {
            return List.of();
        }
    }

    static List<String> fromWalk(Path root) {
        List<String> paths = new ArrayList<>();
        try {
            Path unused = Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    boolean isMade = MADE.contains(String.valueOf(folder.getFileName()));
                    return isMade ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    paths.add(root.relativize(file).toString().replace('\\', '/'));
                    return FileVisitResult.CONTINUE;
                }
            });
            return paths;
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    /// Empty for what is no text.
    private static String text(Path file) {
        try {
            byte[] bytes = Files.size(file) > BYTES_MAX ? new byte[0] : Files.readAllBytes(file);
            for (byte each : bytes) {
                if (each == 0) {
                    return "";
                }
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }
}
