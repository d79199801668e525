package parley.app.command;

import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import parley.app.config.Configuration;
import parley.app.database.Databases;
import parley.app.database.Schema;
import parley.app.exit.ExitCode;
import parley.history.wiring.HistoryModule;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "epoch",
        description = {
            "Prints the epoch of the data set.",
            "With --renew it gets a new one: after a restore, or a failover that lost entries. Clients then read"
                    + " everything anew; nodes that run begin again by themselves."
        })
public final class EpochCommand implements Callable<Integer> {
    @Mixin
    private CommonOptions common = new CommonOptions();

    @Option(names = "--renew", description = "Gives the data set a new epoch and prints that.")
    private boolean renew;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        Configuration configuration = common.configuration();
        try (Databases.Opened opened =
                Databases.open(configuration.database(), configuration.node().data())) {
            Schema.prepare(opened.database(), configuration.database().isEmbedded());
            PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
            out.println(renew ? HistoryModule.renewEpoch(opened.database()) : HistoryModule.epoch(opened.database()));
            out.flush();
        }
        return ExitCode.DONE;
    }
}
