package parley.app.command;

import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import parley.app.config.Configuration;
import parley.app.database.Databases;
import parley.app.database.Schema;
import parley.app.exit.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "migrate", description = "Brings the schema of the configured database up to this version.")
public final class MigrateCommand implements Callable<Integer> {
    @Mixin
    private CommonOptions common = new CommonOptions();

    @Option(names = "--dry-run", description = "Prints what would be done, and does nothing.")
    private boolean dryRun;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        Configuration configuration = common.configuration();
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        try (Databases.Opened opened =
                Databases.open(configuration.database(), configuration.node().data())) {
            Schema schema = new Schema(opened.database());
            List<String> migrations = dryRun ? schema.pending() : schema.migrate();
            migrations.forEach(migration -> out.println((dryRun ? "would apply " : "applied ") + migration));
            if (migrations.isEmpty()) {
                out.println("the schema is current");
            }
            out.flush();
        }
        return ExitCode.DONE;
    }
}
