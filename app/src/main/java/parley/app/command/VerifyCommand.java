package parley.app.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import parley.app.config.Configuration;
import parley.app.config.Durations;
import parley.app.config.Keys;
import parley.app.exit.ExitCode;
import parley.app.exit.Failure;
import parley.app.verify.BulkPeople;
import parley.app.verify.Installation;
import parley.app.verify.SignedUpPeople;
import parley.verify.Bounds;
import parley.verify.Fault;
import parley.verify.FaultHook;
import parley.verify.Verdict;
import parley.verify.VerifyFault;
import parley.verify.VerifyPlan;
import parley.verify.VerifyRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "verify",
        description = {
            "Proves on a running installation that nothing is lost: people write from many devices, things break,"
                    + " and what clients saw is held against the tables.",
            "Ends with 0 when nothing was lost, with 4 when something was, or when nothing was proven."
        })
public final class VerifyCommand implements Callable<Integer> {
    private static final Duration TOKENS_LIVE_MORE = Duration.ofHours(2);
    private static final String NONE = "none";
    private static final int BIG = 500;
    private static final int BIG_SIGNED_UP = 40;

    @Mixin
    private CommonOptions common = new CommonOptions();

    @Option(
            names = "--cluster",
            paramLabel = "FILE",
            description = "What runs where, as ops/cluster writes it: addresses, database, processes for --faults.")
    private @Nullable Path cluster;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "Where clients connect, http://host:port/; several times for nginx and nodes (default:"
                    + " those of --cluster, else http.host and http.port).")
    private List<String> urls = List.of();

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            defaultValue = "60s",
            description = "How long people write (60s).")
    private String duration = "";

    @Option(names = "--rate", paramLabel = "N", defaultValue = "100", description = "Messages per second (100).")
    private double rate;

    @Option(names = "--people", paramLabel = "N", defaultValue = "12", description = "People with 1 to 3 devices (12).")
    private int people;

    @Option(
            names = "--big",
            paramLabel = "N",
            description = "Members of the big conversation (500; 40 when people have to sign up).")
    private @Nullable Integer big;

    @Option(
            names = "--faults",
            paramLabel = "NAME",
            split = ",",
            description = "node-kill, node-stop, rolling-restart, redis-kill-empty, redis-stop, redis-flushall,"
                    + " redis-client-kill, database-kill, database-stop, nginx-kill, nginx-reload, none; needs"
                    + " --cluster. It kills processes: never where real people are.")
    private List<String> faults = List.of();

    @Option(
            names = "--fault-hook",
            paramLabel = "NAME=ON::OFF",
            description = "A fault of your own: two commands for the shell, which must end with 0.")
    private List<String> hooks = List.of();

    @Option(names = "--seed", paramLabel = "N", description = "The same choices once more (default: by the clock).")
    private @Nullable Long seed;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "verify-out",
            description = "Takes history.jsonl, report.json and report.html (verify-out).")
    private Path out = Path.of("verify-out");

    @Option(
            names = "--in-time",
            paramLabel = "TIME",
            defaultValue = "5s",
            description = "Within what entries arrive, sends are answered and devices are back (5s).")
    private String inTime = "";

    @Option(
            names = "--rest",
            paramLabel = "TIME",
            defaultValue = "60s",
            description = "How long pushes may take at the end, when nobody writes any more (60s).")
    private String rest = "";

    @Option(names = "--keep", description = "Leaves the people and their conversations in the database.")
    private boolean keep;

    @Option(
            names = "--admin-key-file",
            paramLabel = "FILE",
            description = "With the embedded database: the key of the operators' listener (default: admin-key in"
                    + " the data folder).")
    private @Nullable Path adminKeyFile;

    @Option(names = "--judge", description = "Makes no run: judges the history that is in --out once more.")
    private boolean judge;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter err = Objects.requireNonNull(spec).commandLine().getErr();
        Consumer<String> says = line -> {
            err.println("parley verify: " + line);
            err.flush();
        };
        try {
            Verdict verdict = judge ? VerifyRun.judge(out, bounds()) : run(says);
            return told(verdict);
        } catch (VerifyFault fault) {
            throw new Failure(fault.sentence(), fault);
        } catch (IllegalArgumentException bound) {
            throw new Failure("What was asked for cannot be: " + bound.getMessage() + ".", bound);
        }
    }

    private Integer told(Verdict verdict) {
        PrintWriter print = Objects.requireNonNull(spec).commandLine().getOut();
        verdict.broken().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(one -> print.println(one.getKey() + " broken " + one.getValue() + " times: "
                        + verdict.examples().stream()
                                .filter(example -> example.invariant() == one.getKey())
                                .findFirst()
                                .orElseThrow()
                                .sentence()));
        verdict.notes().forEach(note -> print.println("note: " + note));
        print.println("report " + out.resolve("report.html"));
        print.println("verdict " + verdict.word());
        print.flush();
        return verdict.holds() ? ExitCode.DONE : ExitCode.LOST;
    }

    private Verdict run(Consumer<String> says) {
        Optional<Installation> installation = Optional.ofNullable(cluster).map(Installation::read);
        Map<String, String> settings =
                new HashMap<>(installation.map(Installation::settings).orElse(Map.of()));
        // That the database is away is no news to whoever breaks it.
        settings.put(Keys.LOG_LEVEL.name(), "error");
        Configuration configuration = common.configuration(settings);
        List<String> addresses = addresses(installation, configuration);
        if (configuration.database().isEmbedded()) {
            says.accept("the database is embedded, so nobody but its node can open it: people sign up, and the node"
                    + " itself is asked what its tables hold; a node that lies about them is not found out");
            return VerifyRun.run(
                    plan(addresses, big == null ? Math.max(people, BIG_SIGNED_UP) : big),
                    new SignedUpPeople(addresses),
                    VerifyRun.byOperators(Installation.adminAddress(configuration), adminKey(configuration)),
                    says);
        }
        try (OfflineAccounts offline = OfflineAccounts.open(configuration)) {
            VerifyPlan plan = plan(addresses, big == null ? BIG : big);
            BulkPeople made = new BulkPeople(
                    offline.module().administration(),
                    offline.module().tokens(),
                    plan.duration().plus(TOKENS_LIVE_MORE));
            try {
                return VerifyRun.run(
                        plan,
                        made,
                        VerifyRun.bySql(() -> offline.opened().pool().getConnection()),
                        says);
            } finally {
                if (!keep) {
                    says.accept("removed " + made.remove(offline.opened().database()) + " accounts");
                }
            }
        }
    }

    private List<String> addresses(Optional<Installation> installation, Configuration configuration) {
        List<String> stated = urls.isEmpty()
                ? installation
                        .map(Installation::addresses)
                        .orElseGet(
                                () -> List.of("http://" + configuration.http().host() + ":"
                                        + configuration.http().port() + "/"))
                : urls;
        List<String> addresses = new ArrayList<>();
        stated.forEach(url -> addresses.add(url.endsWith("/") ? url : url + "/"));
        return addresses;
    }

    private VerifyPlan plan(List<String> addresses, int members) {
        long chosen = seed == null ? System.currentTimeMillis() % 1_000_000_000 : seed;
        Duration length = time("--duration", duration);
        return new VerifyPlan(
                chosen,
                length,
                rate,
                addresses,
                people,
                members,
                faults(chosen),
                out,
                bounds(),
                time("--rest", rest),
                "verify --seed " + chosen + " --duration " + duration + " --rate " + rate + " --people " + people
                        + " --big " + members + " --faults " + String.join(",", faults) + " at "
                        + String.join(" ", addresses));
    }

    private List<Fault> faults(long chosen) {
        List<Fault> all = new ArrayList<>();
        for (String name : faults) {
            if (cluster == null && !name.equals(NONE)) {
                throw new Failure("--faults needs --cluster FILE, which names the processes; or use --fault-hook.");
            }
            if (cluster != null && !name.equals(NONE)) {
                all.add(VerifyRun.named(name, VerifyRun.partsOf(cluster), chosen + all.size()));
            }
        }
        hooks.stream().map(FaultHook::parse).map(VerifyRun::byCommands).forEach(all::add);
        return all;
    }

    private Bounds bounds() {
        return new Bounds(Bounds.USUAL.acknowledgedMin(), Bounds.USUAL.sendsPerFaultMin(), time("--in-time", inTime));
    }

    private static Duration time(String option, String text) {
        return Durations.find(text).orElseThrow(() -> new Failure(option + " must be a time such as 60s."));
    }

    private String adminKey(Configuration configuration) {
        return Installation.text(
                adminKeyFile == null ? configuration.node().data().resolve("admin-key") : adminKeyFile);
    }
}
