package parley.app.system;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import parley.testkit.ChildJvm;
import parley.testkit.ChildProcess;
import parley.testkit.TestDatabase;
import parley.verify.Invariant;

/// `parley verify` as an operator starts it, in a process of its own.
final class VerifyProcess {
    private static final Duration RUN_MAX = Duration.ofMinutes(3);
    private static final Pattern BROKEN = Pattern.compile("(?m)^(I[0-9]+B?) broken ");

    private VerifyProcess() {}

    /// How it ended. `said` is all that it printed.
    record Ended(int code, String verdict, Set<Invariant> broken, String said) {}

    /// Runs it on `database` with `options` as on its command line, `--url` for each of `addresses`, and
    /// a hook for each of `faults`. Leaves the run in `folder`. How long things take depends on the
    /// machine and is not judged.
    static Ended run(
            Path folder, TestDatabase database, List<String> addresses, List<HookedFault> faults, String... options) {
        Map<String, String> environment = new HashMap<>();
        environment.put("PARLEY_DATABASE_URL", database.jdbcUrl());
        environment.put("PARLEY_DATABASE_USER", database.user());
        List<String> words =
                new ArrayList<>(List.of("verify", "--in-time=2m", "--rest=15s", "--out=" + folder.resolve("verify")));
        addresses.forEach(address -> words.add("--url=" + address));
        faults.forEach(fault -> words.add("--fault-hook=" + fault.hook()));
        words.addAll(List.of(options));
        try (ChildProcess verify = ChildJvm.jar(folder, environment, words.toArray(String[]::new))) {
            int code = verify.awaitExit(RUN_MAX);
            String said = verify.stdout() + verify.stderr();
            Matcher broken = BROKEN.matcher(verify.stdout());
            return new Ended(
                    code,
                    verify.stdout().lines().reduce("", (before, line) -> line),
                    broken.results()
                            .map(result -> Invariant.valueOf(result.group(1)))
                            .collect(Collectors.toSet()),
                    said);
        }
    }
}
