package parley.testkit.tidy;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// I8: nodes of the version before run on, with their statements, while the tables are already the next
/// version's. So a migration after the first only adds: tables, indexes, and columns that old statements
/// need not name.
final class MigrationRules {
    private static final Pattern FILE = Pattern.compile("db/[a-z]+/V(?!1__)[0-9]+__\\w+\\.sql");
    private static final Pattern COMMENT = Pattern.compile("(?m)--.*$");
    private static final Pattern NEW_TABLE = Pattern.compile("(?is)create table \\w+ .*|insert into \\w+ .*");
    private static final Pattern INDEX = Pattern.compile("(?is)create index \\w+ on \\w+ .*");
    private static final Pattern COLUMN = Pattern.compile("(?is)alter table \\w+ add column \\w+ (?<type>[^,]*)");

    private MigrationRules() {}

    static List<Rule> all() {
        return List.of(new Rule(
                "a migration adds tables, indexes that are not unique, and columns with a default or null",
                file -> FILE.matcher(file.path()).matches()
                        ? statements(file)
                                .filter(statement -> !isAddition(statement))
                                .map(statement -> file.at(1, statement))
                        : Stream.of(),
                new SourceFile("db/history/V9__more.sql", "alter table history_entry add column c bigint not null;"),
                new SourceFile(
                        "db/history/V9__more.sql",
                        "create table a (b int); alter table a add column c bigint default 0 not null;")));
    }

    private static Stream<String> statements(SourceFile file) {
        return Stream.of(COMMENT.matcher(file.text()).replaceAll("").split(";", -1))
                .map(text -> text.strip().replaceAll("\\s+", " "))
                .filter(text -> !text.isEmpty());
    }

    private static boolean isAddition(String statement) {
        var column = COLUMN.matcher(statement);
        if (column.matches()) {
            String type = column.group("type").toLowerCase(java.util.Locale.ROOT);
            return type.contains("default ") || !type.contains("not null");
        }
        return NEW_TABLE.matcher(statement).matches()
                || INDEX.matcher(statement).matches();
    }
}
