package parley.cluster.internal.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import parley.redis.link.RedisLink;

/// Writes what waits for the streams of some groups: those that one server of Redis holds, so that all of
/// it goes in one pipeline. Natural batching: while Redis does one, the next gathers; and under load there
/// are so many of them a second at most. Runs on a thread of its own.
final class BusWriter implements Runnable {
    /// From the beginning of one pipeline to that of the next; what comes after a pause goes at once.
    private static final long PACE_NANOS = Duration.ofMillis(2).toNanos();

    private static final long AGAIN_MILLIS = 50;

    private final List<GroupPublisher> groups;
    private final Doorbell doorbell;
    private final RedisLink link;
    private final ClusterMetrics metrics;

    BusWriter(List<GroupPublisher> groups, Doorbell doorbell, RedisLink link, ClusterMetrics metrics) {
        this.groups = groups;
        this.doorbell = doorbell;
        this.link = link;
        this.metrics = metrics;
    }

    @Override
    public void run() {
        long began = System.nanoTime() - PACE_NANOS;
        try {
            while (!groups.stream().allMatch(GroupPublisher::isOver)) {
                await();
                long pause = began + PACE_NANOS - System.nanoTime();
                if (pause > 0) {
                    TimeUnit.NANOSECONDS.sleep(pause);
                }
                began = System.nanoTime();
                try {
                    link.keep();
                    write();
                } catch (RuntimeException | Error fault) {
                    // No fault may end the only thread that writes. What it had taken is missed by the readers.
                    metrics.error("write", fault);
                    TimeUnit.MILLISECONDS.sleep(AGAIN_MILLIS);
                }
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void await() throws InterruptedException {
        while (groups.stream().noneMatch(group -> group.isDue(System.nanoTime()))) {
            doorbell.await(groups.stream()
                    .mapToLong(GroupPublisher::beatAtNanos)
                    .reduce((one, other) -> one - other < 0 ? one : other)
                    .orElseThrow());
        }
    }

    private void write() {
        List<GroupPublisher.Draft> drafts =
                groups.stream().map(GroupPublisher::draft).toList();
        List<GroupPublisher.Entry> entries =
                drafts.stream().flatMap(draft -> draft.entries().stream()).toList();
        if (entries.isEmpty()) {
            return;
        }
        Optional<List<String>> ids = link.ask(
                "publish",
                redis -> entries.stream().map(entry -> entry.addTo(redis)).toList());
        int from = 0;
        for (int i = 0; i < drafts.size(); i++) {
            GroupPublisher.Draft draft = drafts.get(i);
            int begin = from;
            from += draft.entries().size();
            int end = from;
            groups.get(i).written(draft, ids.map(all -> new ArrayList<>(all.subList(begin, end))), link);
        }
    }
}
