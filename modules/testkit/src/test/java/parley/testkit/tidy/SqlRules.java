package parley.testkit.tidy;

import static parley.testkit.tidy.SizeRules.javaOutline;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// S23: the text of a statement is made of constants; what a client sent is a parameter.
final class SqlRules {
    private static final Pattern SQL =
            Pattern.compile("(?is).*\\b(select\\b.+\\bfrom|insert\\s+into|update\\s+\\w+\\s+set"
                    + "|delete\\s+from|where|values)\\b.*");

    /// Constants, what the dialect says, and question marks repeated.
    private static final Pattern CONSTANT = Pattern.compile("([A-Za-z]+\\.)*[A-Z][A-Z0-9_]*|dialect\\.\\w+\\(\\)"
            + "|(byPrimaryKey|select)\\((dialect)?\\)|(Sql\\.repeated|list)\\(\"[(?, )]+\".*\\)"
            + "|String\\.join\\(\", \", Collections\\.nCopies\\(.*, \"[(?, )]+\"\\)\\)");

    /// Names of variables that hold such texts, or a number of the program's own. A new name here was
    /// looked at by somebody.
    private static final Set<String> LOOKED_AT =
            Set.of("columns", "in", "index", "limit", "marks", "now", "table", "which");

    private static final Pattern FORMATTED = Pattern.compile("(?s)String\\.format\\(.*");

    private SqlRules() {}

    static List<Rule> all() {
        return List.of(
                new Rule(
                        "a statement's text is made of constants, all else is a parameter (else see SqlRules)",
                        file -> file.isMain()
                                ? javaOutline(file)
                                        .flatMap(outline -> outline.joined().stream())
                                        .filter(text ->
                                                SQL.matcher(text.literal()).matches())
                                        .flatMap(text -> text.others().stream()
                                                .filter(part -> !isConstant(part))
                                                .map(part -> file.at(text.line(), part)))
                                : Stream.of(),
                        new SourceFile(
                                "app/src/main/java/A.java",
                                "class A { String a(String b) { return \"select 1 from t where a = '\" + b + \"'\"; } }"),
                        new SourceFile(
                                "app/src/main/java/A.java",
                                "class A { String a = \"select 1 from t where a in (\" + Sql.repeated(\"?\", n) + B; }")),
                new Rule(
                        "no statement is made by format",
                        file -> file.isMain()
                                ? javaOutline(file)
                                        .flatMap(outline -> outline.calls().stream())
                                        .filter(call ->
                                                FORMATTED.matcher(call.text()).matches()
                                                        && SQL.matcher(call.text())
                                                                .matches())
                                        .map(call -> file.at(call.line(), call.text()))
                                : Stream.of(),
                        new SourceFile(
                                "app/src/main/java/A.java",
                                "class A { String a = String.format(\"delete from t where a = %s\", b); }"),
                        new SourceFile(
                                "app/src/main/java/A.java", "class A { String a = String.format(\"from %s\", b); }")));
    }

    private static boolean isConstant(String part) {
        return CONSTANT.matcher(part).matches() || LOOKED_AT.contains(part);
    }
}
