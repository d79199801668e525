package parley.testkit.tidy;

import java.util.List;
import java.util.stream.Stream;

/// Sizes: small enough to be read at a glance.
final class SizeRules {
    private static final int FILE_LINES_MAX = 400;
    private static final int METHOD_LINES_MAX = 60;
    private static final int CONSTRUCTOR_PARAMETERS_MAX = 7;
    private static final int RECORD_COMPONENTS_MAX = 16;

    private SizeRules() {}

    static List<Rule> all() {
        return List.of(files(), methods(), constructors(), records());
    }

    private static Rule files() {
        return new Rule(
                "a source file has at most 400 lines",
                file -> file.isCode() && file.lines() > FILE_LINES_MAX
                        ? Stream.of(file.path() + " has " + file.lines() + " lines")
                        : Stream.of(),
                new SourceFile("ops/long.sh", "true\n".repeat(401)),
                new SourceFile("ops/short.sh", "true\n".repeat(400)));
    }

    private static Rule methods() {
        return new Rule(
                "a method has at most 60 lines",
                file -> javaOutline(file)
                        .flatMap(outline -> outline.methods().stream())
                        .filter(method -> method.lines() > METHOD_LINES_MAX)
                        .map(method -> file.at(method.line(), method.name() + " has " + method.lines() + " lines")),
                new SourceFile("A.java", "class A { void long61() {\n" + "//\n".repeat(59) + "} }"),
                new SourceFile("A.java", "class A { void long60() {\n" + "//\n".repeat(58) + "} }"));
    }

    private static Rule constructors() {
        return new Rule(
                "a constructor has at most 7 parameters",
                file -> javaOutline(file)
                        .flatMap(outline -> outline.methods().stream())
                        .filter(method -> method.isConstructor() && method.parameters() > CONSTRUCTOR_PARAMETERS_MAX)
                        .map(method -> file.at(method.line(), method.parameters() + " parameters")),
                new SourceFile("A.java", "class A { A(int a, int b, int c, int d, int e, int f, int g, int h) {} }"),
                new SourceFile(
                        "A.java",
                        "record A(int a, int b, int c, int d, int e, int f, int g, int h) { A {} A(int a) {} }"));
    }

    private static Rule records() {
        return new Rule(
                "a record has at most 16 components",
                file -> javaOutline(file)
                        .flatMap(outline -> outline.types().stream())
                        .filter(type -> type.components() > RECORD_COMPONENTS_MAX)
                        .map(type -> file.at(type.line(), type.name() + " has " + type.components() + " components")),
                new SourceFile("A.java", "record A(" + "int a, ".repeat(16) + "int b) { static int c; }"),
                new SourceFile("A.java", "record A(" + "int a, ".repeat(15) + "int b) { static int c; }"));
    }

    static Stream<JavaOutline> javaOutline(SourceFile file) {
        return file.isJava() ? Stream.of(file.outline()) : Stream.of();
    }
}
