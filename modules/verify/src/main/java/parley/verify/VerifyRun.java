package parley.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import parley.verify.internal.fault.Faults;
import parley.verify.internal.fault.FileParts;
import parley.verify.internal.load.Run;
import parley.verify.internal.report.Reports;
import parley.verify.internal.table.AdminTables;
import parley.verify.internal.table.SqlTables;

/// Makes a history on a running installation and judges it; or judges one that was kept.
public final class VerifyRun {
    /// The record within the folder of a run.
    public static final String RECORD = "history.jsonl";

    /// The page that tells of a run, beside the record.
    public static final String PAGE = "report.html";

    /// The last phase of a run: all was read.
    public static final String END = "end";

    private static final String FIRST = "report";

    /// Bounds stand among the first lines.
    private static final int BOUNDS_WITHIN = 5;

    private VerifyRun() {}

    /// Reads the database itself.
    public static LogTables bySql(SqlSource source) {
        return new SqlTables(source);
    }

    /// Asks a node's operators' listener, with a key; `address` ends with a slash.
    public static LogTables byOperators(String address, String key) {
        return new AdminTables(address, key);
    }

    /// The processes that `file` names, as `ops/cluster` writes it and the runbook describes it. It is read
    /// each time that it is asked.
    public static Parts partsOf(Path file) {
        return new FileParts(file);
    }

    /// What [#named] knows, and `none`.
    public static List<String> names() {
        return Faults.NAMES;
    }

    /// One of the faults that `--faults` names, done to one of `parts` that `seed` chooses; a [VerifyFault]
    /// when there is none of this name.
    public static Fault named(String name, Parts parts, long seed) {
        return new Faults(parts, new Random(seed)).named(name);
    }

    /// What an operator does by commands for the shell.
    public static Fault byCommands(FaultHook hook) {
        return Faults.hook(hook);
    }

    /// Runs `plan`, writes record and reports, and gives the verdict. `says` takes lines for whoever
    /// watches. Blocks for the duration and some more; a [VerifyFault] when it cannot be done.
    public static Verdict run(VerifyPlan plan, People people, LogTables tables, Consumer<String> says) {
        try {
            Path folder = Files.createDirectories(plan.out());
            Path record = folder.resolve(RECORD);
            if (Files.exists(record)) {
                throw new VerifyFault(record + " is there already; choose another folder.");
            }
            new Run(plan, people, tables, record, says).run();
            return judge(record, folder, FIRST, plan.bounds());
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    /// What a judgement of a kept record came to: by which bounds, whether these are those of the record,
    /// and the page that tells of it.
    public record Again(Verdict verdict, Bounds bounds, boolean areRecorded, Path page) {}

    /// Judges the record in `folder` once more: by its own bounds, with another `inTime` where there is one;
    /// by [Bounds#USUAL] when the record is of a version that did not keep them. Leaves the reports that are
    /// there alone, and writes its own beside them. A [VerifyFault] when there is no record.
    public static Again again(Path folder, Optional<Duration> inTime) {
        Path record = folder.resolve(RECORD);
        if (!Files.exists(record)) {
            throw new VerifyFault("There is no " + record + ".");
        }
        try {
            Optional<Bounds> kept = Journal.first(record, BOUNDS_WITHIN).stream()
                    .filter(Event.Judging.class::isInstance)
                    .map(event -> ((Event.Judging) event).bounds())
                    .findFirst();
            Bounds own = kept.orElse(Bounds.USUAL);
            Bounds bounds = new Bounds(own.acknowledgedMin(), own.sendsPerFaultMin(), inTime.orElse(own.inTime()));
            String name = FIRST;
            for (int next = 2; Files.exists(folder.resolve(name + ".html")); next++) {
                name = FIRST + "-" + next;
            }
            Verdict verdict = judge(record, folder, name, bounds);
            return new Again(verdict, bounds, kept.isPresent(), folder.resolve(name + ".html"));
        } catch (IllegalArgumentException broken) {
            throw new VerifyFault(record + " is not a record of a run.", broken);
        }
    }

    private static Verdict judge(Path record, Path folder, String name, Bounds bounds) {
        Checker checker = new Checker(bounds);
        Reports reports = new Reports();
        AtomicBoolean isWhole = new AtomicBoolean();
        Journal.read(record, event -> {
            checker.accept(event);
            reports.accept(event);
            if (event instanceof Event.Phase phase && phase.name().equals(END)) {
                isWhole.set(true);
            }
        });
        if (!isWhole.get()) {
            throw new VerifyFault(record + " is of a run that did not come to its end; it proves nothing.");
        }
        Verdict verdict = checker.verdict();
        reports.write(folder, name, verdict);
        return verdict;
    }
}
