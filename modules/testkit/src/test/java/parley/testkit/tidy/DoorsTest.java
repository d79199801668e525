package parley.testkit.tidy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static parley.testkit.tidy.SizeRules.javaOutline;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import parley.testkit.Checkout;

/// No door without its line in the matrix of tests that try every door with what is not the caller's.
/// (REST routes: `OpenApiIT` and `RouteMatrixIT`; commands of the protocol: `RpcMatrixIT` itself.)
final class DoorsTest {
    private static final String CHAT = "modules/sessions/src/main/java/parley/sessions/internal/chat/";
    private static final String MATRIX = "app/src/test/java/parley/app/system/RpcTable.java";
    private static final Pattern METHOD = Pattern.compile("(message|conversation|members|account)\\.[a-z]+");
    private static final Pattern ENTRY = Pattern.compile("(?:.*\\.)?(?:entry|put)\\(\"([a-z.]+)\"\\)");

    @Test
    void everyRpcMethodHasALineInTheMatrix() {
        // S9: a method that nobody tried with another one's conversation fails the build.
        List<SourceFile> tree = SourceTree.read(Checkout.root());
        Set<String> methods = methods(tree);
        assertTrue(methods.size() >= 14, methods.toString());
        assertEquals(
                Set.of(),
                missing(methods, tree),
                "rpc methods that app/.../system/RpcTable.java does not list: add a line for each");
    }

    @Test
    void aMethodWithoutALineIsFound() {
        // A rule that finds nothing in a tree that breaks it would be no rule.
        SourceFile code = new SourceFile(CHAT + "part/A.java", """
                class A {
                    static final String MUTE = "members.mute";
                    Object methods() { return Map.of(MUTE, b(), entry("sync", c()), Map.entry("receipts", this::d)); }
                    void e() { read(data, "conversation", "seq"); }
                }
                """);
        SourceFile matrix = new SourceFile(MATRIX, "class B { Object o = of(\"receipts\", \"{}\"); }");
        assertEquals(Set.of("sync", "members.mute"), missing(methods(List.of(code)), List.of(matrix)));
    }

    private static Set<String> missing(Set<String> methods, List<SourceFile> tree) {
        Set<String> listed = tree.stream()
                .filter(file -> file.path().equals(MATRIX))
                .flatMap(file -> javaOutline(file).flatMap(outline -> outline.literals().stream()))
                .map(JavaOutline.Mention::text)
                .collect(Collectors.toSet());
        Set<String> missing = new TreeSet<>(methods);
        missing.removeAll(listed);
        return missing;
    }

    /// Every entry of a map in the code that answers rpc, and every text that looks like a method.
    private static Set<String> methods(List<SourceFile> tree) {
        return tree.stream()
                .filter(file -> file.path().startsWith(CHAT))
                .flatMap(file -> javaOutline(file)
                        .flatMap(outline -> Stream.concat(
                                outline.literals().stream()
                                        .map(JavaOutline.Mention::text)
                                        .filter(text -> METHOD.matcher(text).matches()),
                                outline.calls().stream()
                                        .map(call -> ENTRY.matcher(call.text()))
                                        .filter(Matcher::matches)
                                        .map(found -> found.group(1)))))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
