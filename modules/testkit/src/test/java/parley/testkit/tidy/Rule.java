package parley.testkit.tidy;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/// One rule about the tree. `check` gives a line for each violation; `planted` is a file that breaks the
/// rule and `clean` one that comes close and does not.
record Rule(String name, Function<SourceFile, Stream<String>> check, SourceFile planted, SourceFile clean) {

    List<String> violations(List<SourceFile> tree) {
        return tree.stream().flatMap(check).toList();
    }

    @Override
    public String toString() {
        return name;
    }
}
