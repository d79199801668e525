package parley.app;

import java.io.PrintWriter;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;
import parley.app.command.AdminKeyCommand;
import parley.app.command.BenchCommand;
import parley.app.command.CheckConfigCommand;
import parley.app.command.EpochCommand;
import parley.app.command.MigrateCommand;
import parley.app.command.ServeCommand;
import parley.app.command.TokenCommand;
import parley.app.command.VerifyCommand;
import parley.app.command.VersionCommand;
import parley.app.exit.ExitCode;
import parley.app.exit.Failure;
import parley.app.log.Logs;
import parley.kernel.Unavailable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The program: reads the command line, runs a command, turns faults into one sentence and an exit code.
@Command(
        name = "parley",
        description = "A self-hosted chat server.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ServeCommand.class,
            MigrateCommand.class,
            CheckConfigCommand.class,
            TokenCommand.class,
            AdminKeyCommand.class,
            EpochCommand.class,
            BenchCommand.class,
            VerifyCommand.class,
            VersionCommand.class
        })
public final class Main implements Runnable {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Lists the commands.")
    @SuppressWarnings("UnusedVariable") // picocli writes and reads it
    private boolean help;

    @Spec
    private @Nullable CommandSpec spec;

    private Main() {}

    public static void main(String[] args) {
        Logs.claim();
        Logs.start("info");
        System.exit(commandLine().execute(args));
    }

    /// The command line with its faults mapped to exit codes; for tests too.
    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setExecutionExceptionHandler((fault, command, parsed) -> report(fault, command.getErr()));
    }

    @Override
    public void run() {
        CommandSpec told = java.util.Objects.requireNonNull(spec);
        throw new ParameterException(told.commandLine(), "Say which command to run.");
    }

    private static int report(Exception fault, PrintWriter err) {
        System.Logger log = System.getLogger(Main.class.getName());
        log.log(Level.DEBUG, "the command failed", fault);
        int code = ExitCode.FAILED;
        String sentence;
        switch (fault) {
            case Failure failure -> {
                sentence = failure.sentence();
                code = failure.exitCode();
            }
            case Unavailable away -> sentence = "The database does not answer.";
            default -> {
                sentence = "Something failed that should not; the log has the details.";
                log.log(Level.ERROR, "unexpected fault", fault);
            }
        }
        err.println("parley: " + sentence);
        err.flush();
        return code;
    }
}
