package parley.testkit.tidy;

import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One text file of the tree. `path` is relative to its top, with `/`.
final class SourceFile {
    private static final Pattern CODE =
            Pattern.compile(".*\\.(java|ts|mjs|js|css|html|sql|sh|lua|proto|yaml|yml|conf)");

    private final String path;
    private final String text;
    private final Supplier<JavaOutline> parser;
    private @Nullable JavaOutline outline;

    SourceFile(String path, String text) {
        this.path = path;
        this.text = text;
        this.parser = () -> JavaOutline.parse(path, text);
    }

    String path() {
        return path;
    }

    String text() {
        return text;
    }

    int lines() {
        return (int) text.lines().count();
    }

    boolean isJava() {
        return path.endsWith(".java");
    }

    /// Written by hand and run: source, scripts, migrations; not documents and not lock files.
    boolean isCode() {
        return CODE.matcher(path).matches() || text.startsWith("#!");
    }

    /// Part of the product.
    boolean isMain() {
        return path.contains("/src/main/") && !path.startsWith("modules/testkit/");
    }

    /// Part of the tests, the testkit included.
    boolean isTest() {
        return path.contains("/src/test/") || path.startsWith("modules/testkit/");
    }

    /// The module that owns this file: `history` for `modules/history/...` and `db/history/...`, else
    /// the first folder.
    String module() {
        String[] parts = path.split("/", -1);
        boolean isInside = parts.length > 1 && (parts[0].equals("modules") || parts[0].equals("db"));
        return isInside ? parts[1] : parts[0];
    }

    /// What the compiler's own parser sees in a Java file.
    synchronized JavaOutline outline() {
        if (outline == null) {
            outline = parser.get();
        }
        return outline;
    }

    /// Each line that `pattern` is found in, as `path:line: text`.
    Stream<String> linesWith(Pattern pattern) {
        String[] all = text.split("\n", -1);
        return Stream.iterate(0, i -> i < all.length, i -> i + 1)
                .filter(i -> pattern.matcher(all[i]).find())
                .map(i -> at(i + 1, all[i].strip()));
    }

    String at(long line, String what) {
        return path + ":" + line + ": " + what.substring(0, Math.min(120, what.length()));
    }

    @Override
    public String toString() {
        return path;
    }
}
