package parley.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
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
            return judge(folder, plan.bounds());
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    /// Judges the record in `folder` and writes the reports beside it.
    public static Verdict judge(Path folder, Bounds bounds) {
        Checker checker = new Checker(bounds);
        Reports reports = new Reports();
        Journal.read(folder.resolve(RECORD), event -> {
            checker.accept(event);
            reports.accept(event);
        });
        Verdict verdict = checker.verdict();
        reports.write(folder, verdict);
        return verdict;
    }
}
