package parley.testkit.tidy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import parley.testkit.Checkout;

/// Reads the whole source tree.
final class TidyTest {
    private static final List<SourceFile> TREE = SourceTree.read(Checkout.root());

    static Stream<Rule> rules() {
        return TextRules.everyRule();
    }

    @ParameterizedTest
    @MethodSource("rules")
    void theTreeKeeps(Rule rule) {
        // The repository is as the conventions say, file by file.
        assertEquals("", String.join("\n", rule.violations(TREE)), rule.name());
    }

    @ParameterizedTest
    @MethodSource("rules")
    void aViolationIsFound(Rule rule) {
        // A rule that finds nothing in a file that breaks it would be no rule.
        assertEquals(1, rule.violations(List.of(rule.planted())).size(), rule.name());
        assertEquals(List.of(), rule.violations(List.of(rule.clean())), rule.name());
    }

    @Test
    void theTreeIsReadWithAndWithoutGit() {
        // The tests run in an exported tree too.
        List<String> walked = SourceTree.fromWalk(Checkout.root());
        for (String path : List.of("pom.xml", "ops/test", "modules/kernel/src/main/java/parley/kernel/Database.java")) {
            assertTrue(walked.contains(path), path);
            assertTrue(TREE.stream().anyMatch(file -> file.path().equals(path)), path);
        }
        assertTrue(walked.stream().noneMatch(path -> path.contains("/target/")));
    }

    @Test
    void theUsualSizesAreTold() {
        // Medians are looked at in review; only the upper bounds are rules.
        List<Integer> files = files().map(SourceFile::lines).sorted().toList();
        List<Integer> methods = files().flatMap(file -> file.outline().methods().stream())
                .map(JavaOutline.Method::lines)
                .sorted()
                .toList();
        System.out.println("lines of a Java file: " + spread(files) + "; of a method: " + spread(methods));
        assertTrue(!files.isEmpty() && !methods.isEmpty());
    }

    private static Stream<SourceFile> files() {
        Predicate<SourceFile> isDescription = file -> file.path().endsWith("-info.java");
        return TREE.stream().filter(file -> file.isMain() && file.isJava()).filter(isDescription.negate());
    }

    private static String spread(List<Integer> sorted) {
        return sorted.size() + " in all, median " + at(sorted, 50) + ", p90 " + at(sorted, 90) + ", most "
                + at(sorted, 100);
    }

    private static int at(List<Integer> sorted, int percent) {
        return sorted.isEmpty() ? 0 : sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100));
    }
}
