package parley.app.command;

import java.io.PrintWriter;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import parley.app.config.Configuration;
import parley.app.config.Settings;
import parley.app.exit.ExitCode;
import parley.app.tls.TlsListeners;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "check-config",
        description = "Checks the configuration and prints the effective values, secrets hidden.")
public final class CheckConfigCommand implements Callable<Integer> {
    @Mixin
    private CommonOptions common = new CommonOptions();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        Settings settings = common.settings(Map.of());
        TlsListeners.check(Configuration.of(settings).tls(), Instant.now());
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        Configuration.redacted(settings).forEach(out::println);
        out.flush();
        return ExitCode.DONE;
    }
}
