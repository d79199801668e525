package parley.app.command;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import parley.app.bench.BenchPeople;
import parley.app.bench.BenchPlan;
import parley.app.config.Configuration;
import parley.app.config.Durations;
import parley.app.database.Databases;
import parley.app.database.Schema;
import parley.app.exit.ExitCode;
import parley.app.exit.Failure;
import parley.app.wiring.Closing;
import parley.app.wiring.Modules;
import parley.kernel.Database;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "bench",
        description = "Data for load tests, and a look at how people fare.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {BenchCommand.Prepare.class, BenchCommand.Clean.class, BenchWatchCommand.class})
public final class BenchCommand implements Runnable {
    @Mixin
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private CommonOptions common = new CommonOptions();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(Objects.requireNonNull(spec).commandLine(), "Say prepare, clean or watch.");
    }

    /// What is done with the running modules.
    interface Action {
        void run(BenchPeople data, Database database, PrintWriter out) throws IOException;
    }

    static int with(CommonOptions common, @Nullable CommandSpec spec, Action action) {
        Configuration configuration = common.configuration();
        try (Closing closing = new Closing()) {
            Databases.Opened opened = closing.add(
                    "database",
                    Databases.open(
                            configuration.database(), configuration.node().data()));
            Schema.prepare(opened.database(), configuration.database().isEmbedded());
            Modules modules = Modules.start(configuration, opened.database(), new SimpleMeterRegistry(), closing);
            PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
            action.run(new BenchPeople(modules), opened.database(), out);
            out.flush();
            return ExitCode.DONE;
        } catch (IOException fault) {
            throw new Failure("The file of --out cannot be written.", fault);
        }
    }

    @Command(name = "prepare", description = "Makes accounts, tokens and groups in the configured database.")
    static final class Prepare implements Callable<Integer> {
        @Mixin
        private CommonOptions common = new CommonOptions();

        @Option(names = "--accounts", paramLabel = "N", required = true, description = "Accounts to make.")
        private int accounts;

        @Option(names = "--conversations", paramLabel = "N", required = true, description = "Groups to make.")
        private int conversations;

        @Option(names = "--members", paramLabel = "N", required = true, description = "Members of each group.")
        private int members;

        @Option(
                names = "--tokens-live",
                paramLabel = "TIME",
                defaultValue = "6h",
                description = "How long the tokens are good: 10s to 24h (default: 6h).")
        private String tokensLive = "";

        @Option(
                names = "--out",
                paramLabel = "FILE",
                required = true,
                description = "One line of JSON per account: account, handle, token, conversations.")
        private @Nullable Path file;

        @Spec
        private @Nullable CommandSpec spec;

        @Override
        public Integer call() {
            BenchPlan plan = plan();
            return with(common, spec, (data, database, out) -> {
                long begin = System.nanoTime();
                try (Writer lines = open(Objects.requireNonNull(file))) {
                    data.prepare(plan, lines);
                }
                out.println("made " + plan.accounts() + " accounts and " + plan.conversations() + " conversations in "
                        + Duration.ofNanos(System.nanoTime() - begin).toSeconds() + " s");
            });
        }

        private BenchPlan plan() {
            try {
                Duration live = Durations.find(tokensLive)
                        .orElseThrow(() -> new IllegalArgumentException("--tokens-live must be a time such as 6h"));
                return new BenchPlan(accounts, conversations, members, live);
            } catch (IllegalArgumentException bound) {
                throw new Failure(bound.getMessage() + ".");
            }
        }

        /// For its owner alone: it holds tokens.
        private static Writer open(Path file) throws IOException {
            boolean unused = Files.deleteIfExists(file);
            Path made = file.getFileSystem().supportedFileAttributeViews().contains("posix")
                    ? Files.createFile(
                            file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))
                    : Files.createFile(file);
            return Files.newBufferedWriter(made, StandardCharsets.UTF_8);
        }
    }

    @Command(name = "clean", description = "Removes what prepare made, and the conversations of those accounts.")
    static final class Clean implements Callable<Integer> {
        @Mixin
        private CommonOptions common = new CommonOptions();

        @Spec
        private @Nullable CommandSpec spec;

        @Override
        public Integer call() {
            return with(
                    common,
                    spec,
                    (data, database, out) -> out.println("removed " + data.clean(database) + " accounts"));
        }
    }
}
