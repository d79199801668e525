package parley.app.system;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import parley.testkit.Checkout;

/// What became of each fault with each seed: lines of `app/target/faults.txt`, which `ops/test` prints at its
/// end. What a machine cannot do stands there too, with the reason.
final class FaultTable {
    private static final Path FILE = Checkout.root().resolve("app/target/faults.txt");

    private FaultTable() {}

    /// One run of `parley verify`: a line for each of its faults. `healing` as in its report.
    static void add(long seed, String verdict, List<JsonObject> healing) {
        for (JsonObject fault : healing) {
            write("%-34s seed %-13d %-12s sent %5d  acknowledged %5d  unknown %4d  healed in %5d ms"
                    .formatted(
                            fault.getString("fault"),
                            seed,
                            verdict,
                            number(fault, "sent"),
                            number(fault, "acknowledged"),
                            number(fault, "indeterminate"),
                            number(fault, "restoredMillis")));
        }
    }

    private static long number(JsonObject fault, String name) {
        return fault.getJsonNumber(name).longValue();
    }

    /// Goes on where `isPossible`; else the test is skipped, and the table says why.
    static void assume(boolean isPossible, String fault, String why) {
        if (!isPossible) {
            write("%-34s skipped: %s".formatted(fault, why));
            Assumptions.abort(fault + ": " + why);
        }
    }

    /// In one piece: several programs write to the file.
    private static void write(String line) {
        System.out.println(line);
        try {
            Path unused = Files.writeString(FILE, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }
}
