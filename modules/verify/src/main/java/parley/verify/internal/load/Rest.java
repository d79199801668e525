package parley.verify.internal.load;

import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import parley.verify.Event;
import parley.verify.Journal;
import parley.verify.internal.client.Answer;

/// After the traffic: waits until pushes have brought everybody to the end, then everybody reads all of
/// it, and is told what is unread.
final class Rest {
    private static final int PAGE = 100;
    private static final int TRIES_MAX = 20;
    /// A device that got no page for so long is asked no more.
    private static final Duration PROGRESS_MAX = Duration.ofSeconds(60);

    private static final Duration BACK_MAX = Duration.ofSeconds(20);

    private final Crowd crowd;
    private final List<Venue> venues;
    private final Journal journal;

    Rest(Crowd crowd, List<Venue> venues, Journal journal) {
        this.crowd = crowd;
        this.venues = venues;
        this.journal = journal;
    }

    /// Blocks for `longest` at most, whoever is waited for.
    void awaitPushes(Duration longest) {
        long end = System.nanoTime() + longest.toNanos();
        boolean unused = Pause.until(longest, () -> crowd.devices().stream().allMatch(Device::isConnected));
        Map<String, Long> heads = heads();
        awaitPushes(heads, end);
        // What nobody waited for any more may have been on its way into the log.
        for (Map<String, Long> now = heads(); !now.equals(heads) && System.nanoTime() < end; now = heads()) {
            heads = now;
            awaitPushes(heads, end);
        }
    }

    private void awaitPushes(Map<String, Long> heads, long end) {
        for (Venue venue : venues) {
            long head = heads.getOrDefault(venue.conv(), 0L);
            for (Device device : venue.devices()) {
                boolean isOut = device.account.equals(venue.guest()) && device.ask(venue.conv(), -1, 1, true) == null;
                Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
                boolean unusedThere = Pause.until(left, () -> isOut || device.live(venue.conv()) >= head);
                long live = device.live(venue.conv());
                Event.Quiet unusedQuiet = journal.add(t -> new Event.Quiet(t, device.name, venue.conv(), live));
            }
        }
    }

    private Map<String, Long> heads() {
        Map<String, Long> heads = new HashMap<>();
        venues.forEach(venue -> heads.put(venue.conv(), head(venue)));
        return heads;
    }

    /// The end of the log, 0 when nobody could tell.
    private long head(Venue venue) {
        for (int attempt = 0; attempt < TRIES_MAX; attempt++) {
            Device device = venue.devices().get(attempt % venue.devices().size());
            Device.@Nullable Page page = device.ask(venue.conv(), -1, 1, true);
            if (page != null) {
                return page.head();
            }
            Pause.of(Duration.ofMillis(200));
        }
        return 0;
    }

    /// Everybody reads everything from wherever they are connected; then again from another address.
    void readEverything(int addresses) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Device device : crowd.devices()) {
                var unused = threads.submit(() -> {
                    for (int round = 0; round < addresses; round++) {
                        readAll(device);
                        if (round + 1 < addresses) {
                            device.cut();
                            boolean unusedGone = Pause.until(Duration.ofSeconds(2), () -> !device.isConnected());
                        }
                    }
                });
            }
        }
    }

    private void readAll(Device device) {
        if (!Pause.until(BACK_MAX, device::isConnected)) {
            // The record shows what it lacks; each question would wait for its time-out.
            return;
        }
        for (Venue venue : venues) {
            if (venue.devices().contains(device)) {
                readAll(device, venue.conv());
            }
        }
    }

    private static void readAll(Device device, String conv) {
        long at = 0;
        long end = System.nanoTime() + PROGRESS_MAX.toNanos();
        while (System.nanoTime() < end && Pause.until(BACK_MAX, device::isConnected)) {
            Device.@Nullable Page page = device.ask(conv, at, PAGE, false);
            if (page == null) {
                // Too many at once, or its connection ended.
                Pause.of(Duration.ofMillis(200));
            } else if (page.rows().isEmpty() || page.rows().getLast().seq() >= page.head()) {
                return;
            } else {
                at = page.rows().getLast().seq();
                end = System.nanoTime() + PROGRESS_MAX.toNanos();
            }
        }
    }

    /// What the lists of conversations say, once per person.
    void standings() {
        Set<String> told = new HashSet<>();
        Set<String> conversations = new HashSet<>();
        venues.forEach(venue -> conversations.add(venue.conv()));
        for (int attempt = 0; attempt < TRIES_MAX; attempt++) {
            for (Device device : crowd.devices()) {
                if (!told.contains(device.account) && listed(device, conversations)) {
                    told.add(device.account);
                }
            }
            if (crowd.devices().stream().allMatch(device -> told.contains(device.account))) {
                return;
            }
            Pause.of(Duration.ofMillis(200));
        }
    }

    /// Writes down all pages of the list; false, and perhaps some were, when one did not come.
    private boolean listed(Device device, Set<String> conversations) {
        String after = "";
        while (true) {
            String data = after.isEmpty() ? "{\"limit\":100}" : "{\"limit\":100,\"after\":\"" + after + "\"}";
            if (!device.isConnected()
                    || !(device.call("conversation.list", data).join() instanceof Answer.Ok(JsonObject list))) {
                return false;
            }
            list.getJsonArray("conversations").getValuesAs(JsonObject.class).stream()
                    .filter(one -> conversations.contains(one.getString("id")))
                    .forEach(one -> standing(device, one));
            after = list.getString("next", "");
            if (after.isEmpty()) {
                return true;
            }
        }
    }

    private void standing(Device device, JsonObject one) {
        Event.Standing unused = journal.add(t -> new Event.Standing(
                t,
                device.account,
                one.getString("id"),
                one.getJsonNumber("head").longValue(),
                one.getJsonNumber("messages").longValue(),
                one.getJsonNumber("read").longValue(),
                one.getJsonNumber("unread").longValue()));
    }
}
