package parley.testkit.tidy;

import static parley.testkit.tidy.SizeRules.javaOutline;

import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Names of types, of test classes, of what stands at the top of the tree, and of tables.
final class NameRules {
    private static final Pattern EMPTY_WORD =
            Pattern.compile(".*(Manager|Helper|Utils?|Impl|Data|Info|Processor|Base)");
    /// A message of the client protocol; the name is the protocol's.
    private static final String OF_THE_PROTOCOL = "ClientInfo";

    private static final Pattern RUN_BY_MAVEN = Pattern.compile(".*(Test|IT)\\.java");
    static final Set<String> TESTS = Set.of("Test", "ParameterizedTest", "RepeatedTest", "TestFactory");
    private static final Set<String> TOP = Set.of("pom.xml", "app", "modules", "db", "config", "ops", "README.md");

    /// Where SQL names a table, or a text that is nothing but such a name; columns may begin alike.
    private static final Pattern TABLE = Pattern.compile(
            "(?i)(?:\\b(?:from|join|into|update|table|references|on)\\s+|\\A)(accounts|history|messaging)_[a-z_]+");

    private NameRules() {}

    static List<Rule> all() {
        return List.of(types(), testClasses(), top(), tablesInJava(), tablesInSql(), nullMarks());
    }

    private static Rule types() {
        return new Rule(
                "a type's name says what it is",
                file -> javaOutline(file)
                        .flatMap(outline -> outline.types().stream())
                        .filter(NameRules::isEmpty)
                        .map(type -> file.at(type.line(), type.name())),
                new SourceFile("A.java", "class A { interface SessionManager {} }"),
                new SourceFile("A.java", "class DataOfAll { class OurLogManager extends LogManager {} }"));
    }

    /// A type that extends a library's may end as that one does.
    private static boolean isEmpty(JavaOutline.Type type) {
        Matcher word = EMPTY_WORD.matcher(type.name());
        return word.matches()
                && !type.parent().endsWith(word.group(1))
                && !type.name().equals(OF_THE_PROTOCOL);
    }

    private static Rule testClasses() {
        return new Rule(
                "a class with tests is named so that Maven runs it",
                file -> file.isTest() && !RUN_BY_MAVEN.matcher(file.path()).matches()
                        ? javaOutline(file)
                                .flatMap(outline -> outline.methods().stream())
                                .filter(method -> method.annotations().stream().anyMatch(TESTS::contains))
                                .map(method -> file.at(method.line(), method.name()))
                        : Stream.of(),
                new SourceFile("app/src/test/java/Checks.java", "class Checks { @Test void a() {} }"),
                new SourceFile("app/src/test/java/ChecksIT.java", "class ChecksIT { @Test void a() {} }"));
    }

    private static Rule top() {
        return new Rule(
                "the top of the tree holds the agreed names",
                file -> {
                    String name = file.path().split("/", 2)[0];
                    return TOP.contains(name) || name.startsWith(".") ? Stream.of() : Stream.of(file.path());
                },
                new SourceFile("docs/page.md", ""),
                new SourceFile(".ci/run", ""));
    }

    private static Rule tablesInJava() {
        return new Rule(
                "a module names its own tables only",
                file -> file.isMain()
                        ? javaOutline(file)
                                .flatMap(outline -> outline.literals().stream())
                                .filter(literal -> namesForeignTable(file, literal.text()))
                                .map(literal -> file.at(literal.line(), literal.text()))
                        : Stream.of(),
                new SourceFile(
                        "modules/messaging/src/main/java/A.java",
                        "class A { String sql = \"select 1 from messaging_member join history_head\"; }"),
                new SourceFile(
                        "modules/messaging/src/main/java/A.java",
                        "class A { String sql = \"select history_for from messaging_member\"; }"));
    }

    private static Rule tablesInSql() {
        return new Rule(
                "a migration names its own module's tables only",
                file -> file.path().startsWith("db/") && namesForeignTable(file, file.text())
                        ? Stream.of(file.path())
                        : Stream.of(),
                new SourceFile("db/accounts/V1__a.sql", "create table messaging_a (id int);"),
                new SourceFile("db/accounts/V1__a.sql", "create table accounts_a (id int);"));
    }

    /// The checker stands apart: it reads all tables and owns none.
    private static boolean namesForeignTable(SourceFile file, String text) {
        return !file.module().equals("verify")
                && TABLE.matcher(text)
                        .results()
                        .anyMatch(found -> !found.group(1).equals(file.module()));
    }

    private static Rule nullMarks() {
        return new Rule(
                "a package is null-marked",
                file -> file.path().endsWith("/package-info.java")
                                && !file.text().contains("@NullMarked")
                        ? Stream.of(file.path())
                        : Stream.of(),
                new SourceFile("app/src/main/java/parley/package-info.java", "package parley;"),
                new SourceFile("app/src/main/java/parley/package-info.java", "@NullMarked package parley;"));
    }
}
