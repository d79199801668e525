package parley.testkit.tidy;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Text that must stand in no file. (What is forbidden is written here in two parts, or it would be
/// found.)
final class TextRules {
    private static final Pattern UNFINISHED = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");
    private static final Pattern MACHINE_PATH = Pattern.compile("(^|[^\\w.$}*])/(wo" + "rk|fa" + "rm|ro" + "ot|ho"
            + "me/\\w+)/|/tmp/" + "wt|\\.\\./sha" + "red/|\\.lib" + "rary/");
    private static final Pattern REGISTRY = Pattern.compile("(deb\\.deb" + "ian|security\\.deb" + "ian|repo1?\\.mav"
            + "en(\\.apache)?|registry\\.npm" + "js|registry\\.yarn" + "pkg)\\.org");
    private static final Pattern RESOLVED = Pattern.compile("\"resol" + "ved\"\\s*:");
    private static final Pattern TESTS_SKIPPED =
            Pattern.compile("-Dskip" + "Tests|\\b(test|it|describe)\\.(ski" + "p|on" + "ly)\\(");
    private static final Pattern MOCKS = Pattern.compile("org\\.moc" + "kito|org\\.easy" + "mock|io\\.moc" + "kk");

    private TextRules() {}

    static List<Rule> all() {
        return List.of(
                forbidden("nothing is marked as unfinished", UNFINISHED, "// TO" + "DO later", "// to do this, ask"),
                forbidden("no path of one machine", MACHINE_PATH, "cd /wo" + "rk/main", "see ops/wo" + "rk/x"),
                forbidden(
                        "no address of a package registry",
                        REGISTRY,
                        "https://repo1.mav" + "en.org/maven2",
                        "see maven"),
                forbidden("a lock file names no registry", RESOLVED, "  \"resol" + "ved\": \"x\",", "resolved"),
                forbidden("no script skips tests", TESTS_SKIPPED, "mvn -Dskip" + "Tests", "mvn verify"),
                forbidden("no mocking library", MOCKS, "import org.moc" + "kito.Mock;", "a mock"));
    }

    private static Rule forbidden(String name, Pattern pattern, String planted, String clean) {
        return new Rule(
                name,
                file -> file.linesWith(pattern),
                new SourceFile("ops/planted", planted),
                new SourceFile("ops/clean", clean));
    }

    /// The rules of one kind after the other.
    static Stream<Rule> everyRule() {
        return Stream.of(
                        SizeRules.all(),
                        NameRules.all(),
                        CallRules.all(),
                        SqlRules.all(),
                        MigrationRules.all(),
                        TextRules.all())
                .flatMap(List::stream);
    }
}
