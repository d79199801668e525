package parley.testkit.tidy;

import static parley.testkit.tidy.SizeRules.javaOutline;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Calls that do harm in the wrong place.
final class CallRules {
    private static final Pattern SLEEP = Pattern.compile("(.*\\.)?sleep\\(.*");
    private static final Pattern CONSOLE = Pattern.compile("System\\.(out|err)");
    private static final Pattern EXCEPTION_TEXT =
            Pattern.compile(".*\\.(getMessage|getLocalizedMessage|getStackTrace|printStackTrace)");
    private static final Pattern EMPTY_ASSERTION =
            Pattern.compile("(.*\\.)?(assertTrue|assertFalse|assumeTrue|assumeFalse)\\((true|false)\\)");
    private static final Set<String> SWITCHED_OFF = Set.of("Disabled", "org.junit.jupiter.api.Disabled", "Ignore");

    /// Where the program speaks to who started it.
    private static final Set<String> MAY_PRINT = Set.of("app/src/main/java/parley/app/Main.java");

    /// Where the text of an exception goes to the operator's terminal or log, never to a client.
    private static final List<String> MAY_READ_EXCEPTION_TEXT = List.of(
            "app/src/main/java/parley/app/command/",
            "app/src/main/java/parley/app/config/",
            "app/src/main/java/parley/app/database/",
            "app/src/main/java/parley/app/log/",
            "app/src/main/java/parley/app/server/Listeners.java");

    private CallRules() {}

    static List<Rule> all() {
        return List.of(sleeps(), console(), exceptionText(), emptyAssertions(), switchedOff(), promises());
    }

    private static Rule sleeps() {
        return new Rule(
                "a test polls with a deadline, it does not sleep",
                file -> file.isTest() ? calls(file, SLEEP) : Stream.of(),
                new SourceFile("app/src/test/java/A.java", "class A { void a() { Thread.sleep(5); } }"),
                new SourceFile("app/src/test/java/A.java", "class A { void a() { Await.until(5); } }"));
    }

    private static Rule console() {
        return new Rule(
                "only the program's entry prints",
                file -> file.isMain() && !MAY_PRINT.contains(file.path())
                        ? javaOutline(file)
                                .flatMap(outline -> outline.selections().stream())
                                .filter(selection ->
                                        CONSOLE.matcher(selection.text()).matches())
                                .map(selection -> file.at(selection.line(), selection.text()))
                        : Stream.of(),
                new SourceFile("app/src/main/java/A.java", "class A { void a() { System.out.println(); } }"),
                new SourceFile("app/src/main/java/A.java", "class A { String a = \"System.out\"; }"));
    }

    private static Rule exceptionText() {
        return new Rule(
                "no text of an exception reaches a client",
                file -> file.isMain() && MAY_READ_EXCEPTION_TEXT.stream().noneMatch(file.path()::startsWith)
                        ? javaOutline(file)
                                .flatMap(outline -> outline.selections().stream())
                                .filter(selection ->
                                        EXCEPTION_TEXT.matcher(selection.text()).matches())
                                .map(selection -> file.at(selection.line(), selection.text()))
                        : Stream.of(),
                new SourceFile(
                        "app/src/main/java/A.java", "class A { String a(Exception e) { return e.getMessage(); } }"),
                new SourceFile(
                        "app/src/main/java/A.java", "class A { Throwable a(Exception e) { return e.getCause(); } }"));
    }

    private static Rule emptyAssertions() {
        return new Rule(
                "an assertion can fail",
                file -> file.isTest() ? calls(file, EMPTY_ASSERTION) : Stream.of(),
                new SourceFile("app/src/test/java/A.java", "class A { void a() { assertTrue(true, \"done\"); } }"),
                new SourceFile("app/src/test/java/A.java", "class A { void a() { assertTrue(trueOrNot()); } }"));
    }

    private static Rule switchedOff() {
        return new Rule(
                "no test is switched off",
                file -> javaOutline(file)
                        .flatMap(outline -> outline.annotations().stream())
                        .filter(annotation -> SWITCHED_OFF.contains(annotation.text()))
                        .map(annotation -> file.at(annotation.line(), annotation.text())),
                new SourceFile("A.java", "class A { @Disabled @Test void a() {} }"),
                new SourceFile("A.java", "class A { @Enabled @Test void a() {} }"));
    }

    private static Rule promises() {
        return new Rule(
                "a test begins with the promise that it proves",
                file -> file.isTest()
                        ? javaOutline(file)
                                .flatMap(outline -> outline.methods().stream())
                                .filter(method -> !method.isExplained()
                                        && method.annotations().stream().anyMatch(NameRules.TESTS::contains))
                                .map(method -> file.at(method.line(), method.name()))
                        : Stream.of(),
                new SourceFile(
                        "app/src/test/java/ATest.java",
                        "class ATest { /// A.\n int b; @Test void a() { c(); // why\n } }"),
                new SourceFile("app/src/test/java/ATest.java", "class ATest { @Test void a() { // why\n c(); } }"));
    }

    private static Stream<String> calls(SourceFile file, Pattern pattern) {
        return javaOutline(file)
                .flatMap(outline -> outline.calls().stream())
                .filter(call -> pattern.matcher(call.text()).matches())
                .map(call -> file.at(call.line(), call.text()));
    }
}
