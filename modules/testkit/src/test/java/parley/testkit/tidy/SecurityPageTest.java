package parley.testkit.tidy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import parley.testkit.Checkout;

/// `modules/SECURITY.md` says what is tested, and that is so.
final class SecurityPageTest {
    private static final int THREATS = 30;
    private static final Pattern ROW = Pattern.compile("^\\| (S\\d+) \\|.*\\|([^|]*)\\|$", Pattern.MULTILINE);
    private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w+(?:Test|IT))(?:\\.(\\w+))?`");

    @Test
    void everyTestThatThePageNamesExists() {
        // A renamed or deleted test takes its line in the page with it.
        List<SourceFile> tree = SourceTree.read(Checkout.root());
        assertEquals(List.of(), missing(page(tree), tree));
    }

    @Test
    void everyThreatHasItsTestOrSaysPlainlyThatItHasNone() {
        // S1 to S30, in order, once each; what has no test says so.
        String page = page(SourceTree.read(Checkout.root()));
        List<String> threats = new ArrayList<>();
        Matcher row = ROW.matcher(page);
        while (row.find()) {
            threats.add(row.group(1));
            boolean isTested = NAMED.matcher(row.group(2)).find();
            boolean isPlain = row.group().contains("**Does not ");
            assertTrue(isTested != isPlain, row.group());
        }
        assertEquals(IntStream.rangeClosed(1, THREATS).mapToObj(n -> "S" + n).toList(), threats);
    }

    @Test
    void aTestThatIsNotThereIsFound() {
        // A look that finds nothing would be none.
        SourceFile there = new SourceFile("app/src/test/java/OneIT.java", "class OneIT { void a() {} }");
        assertEquals(
                List.of("OneIT.b", "TwoTest"),
                missing("`OneIT`, `OneIT.a`, `OneIT.b`, `TwoTest`, `SqlRules`", List.of(there)));
    }

    private static String page(List<SourceFile> tree) {
        return tree.stream()
                .filter(file -> file.path().equals("modules/SECURITY.md"))
                .map(SourceFile::text)
                .findFirst()
                .orElse("");
    }

    private static List<String> missing(String page, List<SourceFile> tree) {
        List<String> missing = new ArrayList<>();
        Matcher named = NAMED.matcher(page);
        while (named.find()) {
            String method = named.group(2);
            boolean isThere = tree.stream()
                    .filter(file -> file.path().endsWith("/" + named.group(1) + ".java"))
                    .anyMatch(file -> method == null || file.text().contains(" " + method + "("));
            if (!isThere) {
                missing.add(named.group(1) + (method == null ? "" : "." + method));
            }
        }
        return missing;
    }
}
