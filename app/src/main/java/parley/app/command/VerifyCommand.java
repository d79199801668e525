package parley.app.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import parley.app.config.Configuration;
import parley.app.config.Durations;
import parley.app.config.Keys;
import parley.app.exit.ExitCode;
import parley.app.exit.Failure;
import parley.app.verify.BulkPeople;
import parley.app.verify.CommandWords;
import parley.app.verify.Ending;
import parley.app.verify.Installation;
import parley.app.verify.Operators;
import parley.app.verify.RunFolder;
import parley.app.verify.SignedUpPeople;
import parley.app.verify.VerdictLines;
import parley.verify.Bounds;
import parley.verify.Fault;
import parley.verify.FaultHook;
import parley.verify.Verdict;
import parley.verify.VerifyFault;
import parley.verify.VerifyPlan;
import parley.verify.VerifyRun;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "verify",
        description = {
            "Proves on a running installation that nothing is lost: people write from many devices, things break,"
                    + " and what clients saw is held against the tables.",
            "Ends with 0 when nothing was lost, with 4 when something was, or when nothing was proven; with 2 when"
                    + " it was asked for something that is not there, with 1 when it could not be done."
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
            description = "A fault of your own: two commands for the shell, which must end with 0, the second one"
                    + " 10s after the first. NAME=ON::OFF::TIME waits for TIME instead (30s).")
    private List<String> hooks = List.of();

    @Option(names = "--seed", paramLabel = "N", description = "The same choices once more (default: by the clock).")
    private @Nullable Long seed;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Takes history.jsonl, report.json and report.html; must hold no record yet (default: a new"
                    + " folder in verify-out, named by time and seed; with --judge the latest there).")
    private @Nullable Path out;

    @Option(
            names = "--in-time",
            paramLabel = "TIME",
            description = "Within what entries arrive, sends are answered and devices are back (5s; with --judge:"
                    + " what it was in the run).")
    private @Nullable String inTime;

    @Option(
            names = "--rest",
            paramLabel = "TIME",
            defaultValue = "60s",
            description = "How long pushes may take at the end, when nobody writes any more (60s).")
    private String rest = "";

    @Option(names = "--keep", description = "Leaves the people and their conversations in the database.")
    private boolean keep;

    @Option(
            names = "--admin-url",
            paramLabel = "URL",
            description = "With the embedded database: the operators' listener (default: by admin.host, admin.port"
                    + " and admin.tls).")
    private @Nullable String adminUrl;

    @Option(
            names = "--admin-key-file",
            paramLabel = "FILE",
            description = "With the embedded database: the key of the operators' listener (default: admin-key in"
                    + " the data folder).")
    private @Nullable Path adminKeyFile;

    @Option(
            names = "--judge",
            description = "Makes no run: judges the history that is in --out once more, by the same bounds, and"
                    + " writes its reports beside those that are there.")
    private boolean judge;

    @Option(
            names = "--clean",
            description = "Makes no run: removes what is left of the people of runs that were killed. Not while"
                    + " another run goes on.")
    private boolean clean;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        if (judge && clean) {
            throw wrong("--judge and --clean do not go together");
        }
        try {
            return judge ? again() : clean ? cleaned() : ran();
        } catch (VerifyFault fault) {
            throw new Failure(fault.sentence(), fault);
        }
    }

    private void say(String line) {
        PrintWriter err = command().getErr();
        err.println("parley verify: " + line);
        err.flush();
    }

    private CommandLine command() {
        return Objects.requireNonNull(spec).commandLine();
    }

    private ParameterException wrong(String sentence) {
        return new ParameterException(command(), sentence + ".");
    }

    private int again() {
        Path folder = out != null
                ? out
                : RunFolder.latest(RunFolder.ALL)
                        .orElseThrow(() -> new Failure("There is no record in " + RunFolder.ALL + "; say --out DIR."));
        VerifyRun.Again again =
                VerifyRun.again(folder, Optional.ofNullable(inTime).map(text -> time("--in-time", text)));
        Bounds by = again.bounds();
        say("judged " + folder.resolve(VerifyRun.RECORD) + " by " + by.acknowledgedMin() + " messages, "
                + by.sendsPerFaultMin() + " in each fault, and " + by.inTime().toMillis() + " ms"
                + (again.areRecorded() ? "" : "; the record is older than this and does not say its own bounds")
                + (inTime == null || !again.areRecorded() ? "" : "; the time is that of --in-time"));
        return told(again.verdict(), again.page());
    }

    private int told(Verdict verdict, Path page) {
        VerdictLines.print(verdict, page, command().getOut());
        return verdict.holds() ? ExitCode.DONE : ExitCode.LOST;
    }

    private int cleaned() {
        Configuration configuration = configuration(Optional.ofNullable(cluster).map(Installation::read));
        int removed;
        if (configuration.database().isEmbedded()) {
            Operators operators = operators(configuration);
            removed = operators.delete(operators.leftOver());
        } else {
            try (OfflineAccounts offline = OfflineAccounts.open(configuration)) {
                removed = BulkPeople.removeAll(
                        offline.module().administration(), offline.opened().database());
            }
        }
        command().getOut().println("removed " + removed + " accounts");
        command().getOut().flush();
        return ExitCode.DONE;
    }

    private int ran() {
        Optional<Installation> installation = Optional.ofNullable(cluster).map(Installation::read);
        Configuration configuration = configuration(installation);
        boolean isEmbedded = configuration.database().isEmbedded();
        int members = big != null ? big : isEmbedded ? Math.max(people, BIG_SIGNED_UP) : BIG;
        VerifyPlan plan = plan(addresses(installation, configuration), members);
        // Outermost: whoever ends the program waits until people are removed and what was broken is healed.
        try (Ending _ = Ending.begin(this::say)) {
            Verdict verdict = isEmbedded ? askingTheNode(plan, configuration) : readingTables(plan, configuration);
            return told(verdict, plan.out().resolve(VerifyRun.PAGE));
        }
    }

    private Configuration configuration(Optional<Installation> installation) {
        Map<String, String> settings =
                new HashMap<>(installation.map(Installation::settings).orElse(Map.of()));
        // That the database is away is no news to whoever breaks it.
        settings.put(Keys.LOG_LEVEL.name(), "error");
        return common.configuration(settings);
    }

    private Verdict askingTheNode(VerifyPlan plan, Configuration configuration) {
        say("the database is embedded, so nobody but its node can open it: people sign up, and the node itself is"
                + " asked what its tables hold; a node that lies about them is not found out");
        Operators operators = operators(configuration);
        SignedUpPeople made = new SignedUpPeople(plan.addresses());
        try {
            return VerifyRun.run(
                    plan, made, VerifyRun.byOperators(adminAddress(configuration), adminKey(configuration)), this::say);
        } finally {
            removed(() -> operators.delete(made.accounts()));
        }
    }

    private Verdict readingTables(VerifyPlan plan, Configuration configuration) {
        try (OfflineAccounts offline = OfflineAccounts.open(configuration)) {
            BulkPeople made = new BulkPeople(
                    offline.module().administration(),
                    offline.module().tokens(),
                    plan.duration().plus(TOKENS_LIVE_MORE));
            try {
                return VerifyRun.run(
                        plan,
                        made,
                        VerifyRun.bySql(() -> offline.opened().pool().getConnection()),
                        this::say);
            } finally {
                removed(() -> made.remove(offline.opened().database()));
            }
        }
    }

    /// Also when the run was interrupted; what cannot be removed changes nothing about the verdict.
    private void removed(IntSupplier removal) {
        boolean isInterrupted = Thread.interrupted();
        try {
            if (!keep) {
                say("removed " + removal.getAsInt() + " accounts");
            }
        } catch (RuntimeException fault) {
            say("its people could not be removed (" + fault.getMessage() + "); 'verify --clean' does it");
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private List<String> addresses(Optional<Installation> installation, Configuration configuration) {
        List<String> stated = urls.isEmpty()
                ? installation
                        .map(Installation::addresses)
                        .orElseGet(() -> List.of(Installation.clientAddress(configuration)))
                : urls;
        List<String> addresses = new ArrayList<>();
        stated.forEach(url -> addresses.add(url.endsWith("/") ? url : url + "/"));
        return addresses;
    }

    private VerifyPlan plan(List<String> addresses, int members) {
        long chosen = seed == null ? System.currentTimeMillis() % 1_000_000_000 : seed;
        try {
            return new VerifyPlan(
                    chosen,
                    time("--duration", duration),
                    rate,
                    addresses,
                    people,
                    members,
                    faults(chosen),
                    out == null ? RunFolder.fresh(RunFolder.ALL, Instant.now(), chosen) : out,
                    bounds(),
                    time("--rest", rest),
                    CommandWords.about(words(chosen), addresses));
        } catch (IllegalArgumentException bound) {
            throw wrong("What was asked for cannot be: " + bound.getMessage());
        }
    }

    private List<String> words(long chosen) {
        List<String> words = new ArrayList<>(Objects.requireNonNull(spec)
                .root()
                .commandLine()
                .getParseResult()
                .originalArgs());
        if (seed == null) {
            words.add("--seed=" + chosen);
        }
        return words;
    }

    private List<Fault> faults(long chosen) {
        List<Fault> all = new ArrayList<>();
        for (String name : faults) {
            if (!VerifyRun.names().contains(name)) {
                throw wrong("There is no fault '" + name + "'; there are " + String.join(", ", VerifyRun.names()));
            }
            if (cluster == null && !name.equals(NONE)) {
                throw wrong("--faults needs --cluster FILE, which names the processes; or use --fault-hook");
            }
            if (cluster != null && !name.equals(NONE)) {
                all.add(VerifyRun.named(name, VerifyRun.partsOf(cluster), chosen + all.size()));
            }
        }
        hooks.stream().map(FaultHook::parse).map(VerifyRun::byCommands).forEach(all::add);
        return all;
    }

    private Bounds bounds() {
        Bounds usual = Bounds.USUAL;
        Duration within = inTime == null ? usual.inTime() : time("--in-time", inTime);
        return new Bounds(usual.acknowledgedMin(), usual.sendsPerFaultMin(), within);
    }

    private Duration time(String option, String text) {
        return Durations.find(text).orElseThrow(() -> wrong(option + " must be a time such as 60s"));
    }

    private Operators operators(Configuration configuration) {
        return new Operators(adminAddress(configuration), adminKey(configuration));
    }

    private String adminAddress(Configuration configuration) {
        if (adminUrl == null) {
            return Installation.adminAddress(configuration);
        }
        return adminUrl.endsWith("/") ? adminUrl : adminUrl + "/";
    }

    private String adminKey(Configuration configuration) {
        return Installation.text(
                adminKeyFile == null ? configuration.node().data().resolve("admin-key") : adminKeyFile);
    }
}
