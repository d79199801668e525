package parley.app.command;

import java.io.PrintWriter;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import parley.app.config.Configuration;
import parley.app.config.Settings;
import parley.app.database.Databases;
import parley.app.doctor.DatabaseFacts;
import parley.app.doctor.Survival;
import parley.app.exit.ExitCode;
import parley.app.log.Logs;
import parley.app.tls.TlsListeners;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "check-config",
        description = "Checks the configuration and prints the effective values, secrets hidden.")
public final class CheckConfigCommand implements Callable<Integer> {
    @Mixin
    private CommonOptions common = new CommonOptions();

    @Option(
            names = "--live",
            description = "Also asks the configured database, and says what an acknowledged message survives there.")
    private boolean live;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        Settings settings = common.settings(Map.of());
        Configuration configuration = Configuration.of(settings);
        TlsListeners.check(configuration.tls(), Instant.now());
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        Configuration.redacted(settings).forEach(out::println);
        out.flush();
        if (live) {
            tell(configuration, out);
        }
        return ExitCode.DONE;
    }

    private static void tell(Configuration configuration, PrintWriter out) {
        if (configuration.database().isEmbedded()) {
            out.println();
            out.println(Survival.embedded().sentence());
            out.flush();
            return;
        }
        Logs.start(configuration.logLevel());
        try (Databases.Opened opened =
                Databases.open(configuration.database(), configuration.node().data())) {
            DatabaseFacts facts = DatabaseFacts.read(opened.database());
            out.println();
            out.println(Survival.of(facts).sentence());
            facts.lines().forEach(out::println);
        }
        out.flush();
    }
}
