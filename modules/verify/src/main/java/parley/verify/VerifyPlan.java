package parley.verify;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// What a run does. `addresses` are base addresses (`http://host:port/`) of nginx and nodes. `rate` is
/// messages per second in all, `people` those with devices, `big` the members of the big conversation.
/// `out` takes the record and the reports and must not hold a record yet. `restMax` is how long pushes may
/// take at the end.
public record VerifyPlan(
        long seed,
        Duration duration,
        double rate,
        List<String> addresses,
        int people,
        int big,
        List<Fault> faults,
        Path out,
        Bounds bounds,
        Duration restMax,
        String about) {
    public VerifyPlan {
        addresses = List.copyOf(addresses);
        faults = List.copyOf(faults);
        require(!addresses.isEmpty(), "there must be an address to connect to");
        require(rate >= 1 && rate <= 10_000, "the rate must be 1 to 10000 messages per second");
        require(people >= 4 && people <= 200, "there must be 4 to 200 people");
        require(
                big >= people && big <= 900,
                "the big conversation must have as many members as there are people, up to 900");
        require(duration.compareTo(Duration.ofSeconds(2)) >= 0, "the duration must be 2 seconds or more");
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new IllegalArgumentException(sentence);
        }
    }
}
