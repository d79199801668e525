package parley.app.command;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import parley.app.bench.Watch;
import parley.app.bench.WatchTally;
import parley.app.exit.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "watch",
        description = "Lets a few new people chat until standard input ends, then says how long anybody had to wait"
                + " (who is still waiting counts as well) and ends with 0, or with 1 when an entry was lost, repeated or"
                + " out of order, or when somebody is not back, or behind, half a minute after that.")
final class BenchWatchCommand implements Callable<Integer> {
    private static final int PEOPLE_MAX = 100;

    @Mixin
    @SuppressWarnings("UnusedVariable") // every command has it
    private CommonOptions common = new CommonOptions();

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8080/",
            description = "Where people connect (default: http://127.0.0.1:8080/).")
    private String url = "";

    @Option(names = "--people", paramLabel = "N", defaultValue = "6", description = "How many (default: 6).")
    private int people;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        URI base = base();
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        PrintWriter err = Objects.requireNonNull(spec).commandLine().getErr();
        Watch watch = Watch.begin(base, people);
        out.println("watching");
        out.flush();
        long unused = System.in.transferTo(OutputStream.nullOutputStream());
        WatchTally seen = watch.end();
        seen.faults().forEach(err::println);
        err.flush();
        out.println(seen);
        out.println("longest pause " + seen.longestPauseMillis() + " ms");
        out.flush();
        return seen.isGood() ? ExitCode.DONE : ExitCode.FAILED;
    }

    private URI base() {
        if (people < 1 || people > PEOPLE_MAX) {
            throw wrong("--people must be 1 to " + PEOPLE_MAX + ", not " + people);
        }
        if (!url.matches("https?://[^/?#]+/?")) {
            throw wrong("--url must be http://host:port/, not " + url);
        }
        return URI.create(url.endsWith("/") ? url : url + "/");
    }

    private ParameterException wrong(String sentence) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), sentence);
    }
}
