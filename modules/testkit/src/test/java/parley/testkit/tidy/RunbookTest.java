package parley.testkit.tidy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import parley.testkit.Checkout;

/// `ops/runbook.md` says what each reason means by which the bus counts what is wrong.
final class RunbookTest {
    private static final String CLUSTER = "modules/cluster/src/main/";
    private static final Pattern INVALID = Pattern.compile("\\b(?:invalid|junk|Unreadable)\\(\"([a-z]+)\"");
    private static final Pattern MISSED = Pattern.compile("\\bmissed\\(\"([a-z]+)\"");

    private final List<SourceFile> tree = SourceTree.read(Checkout.root());

    @Test
    void everyReasonOfTheBusStandsInTheRunbook() {
        // An operator who sees a reason in a metric finds it in the line that explains reasons.
        check(INVALID, 7, "| check | its `reason`: ");
        check(MISSED, 8, "| `reason` of what was missed | ");
    }

    private void check(Pattern counted, int least, String line) {
        Set<String> reasons = tree.stream()
                .filter(file -> file.path().startsWith(CLUSTER))
                .flatMap(file -> counted.matcher(file.text()).results())
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertTrue(reasons.size() >= least, reasons.toString());
        String explained = tree.stream()
                .filter(file -> file.path().equals("ops/runbook.md"))
                .flatMap(file -> file.text().lines())
                .filter(one -> one.startsWith(line))
                .collect(Collectors.joining());
        reasons.removeIf(reason -> explained.contains("`" + reason + "`"));
        assertEquals(Set.of(), reasons, "reasons that the runbook does not explain");
    }
}
