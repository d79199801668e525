package parley.verify.internal.load;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import parley.verify.Event;
import parley.verify.Journal;
import parley.verify.Row;
import parley.verify.internal.client.Answer;
import parley.verify.internal.client.Link;
import parley.verify.internal.client.Rows;

/// One device of a person: follows its conversations, writes down all that it does and gets.
/// Thread-safe; what it writes down about its connection is written under its lock, in the order in
/// which it happened.
final class Device implements Link.Listener {
    private static final int PAGE = 100;
    private static final AtomicLong NUMBERS = new AtomicLong();

    final String name;
    final String account;
    private final Journal journal;
    private final ReentrantLock lock;
    private final Link link;

    /// Subscribed conversations, and how far pushes have brought each. Guarded by the lock, like the
    /// rest.
    private final Map<String, Long> live = new HashMap<>();

    /// Up to where everything is here, per conversation; what a resume presents.
    private final Map<String, Long> whole = new HashMap<>();

    /// The same as the device wrote it down some time ago: what is left of it after a crash.
    private Map<String, Long> durable = Map.of();

    /// What the last connect asked for, and the epoch of that.
    private Map<String, Long> presented = Map.of();

    private String presentedEpoch = "";

    /// What the device was told last, empty before that.
    private String epoch = "";

    private String address = "";
    private long conn;
    private boolean isConnected;
    private boolean isPlanned;

    Device(String name, String account, Journal journal, ReentrantLock lock, Function<Device, Link> link) {
        this.name = name;
        this.account = account;
        this.journal = journal;
        this.lock = lock;
        this.link = link.apply(this);
    }

    void start() {
        Event.Device unused = journal.add(t -> new Event.Device(t, name, account, link.speaks()));
        link.start();
    }

    boolean isConnected() {
        return locked(() -> isConnected);
    }

    boolean isSdk() {
        return link.speaks().equals("sdk");
    }

    /// Where it is connected, empty when it is not.
    String address() {
        return locked(() -> isConnected ? address : "");
    }

    /// How far pushes have come, -1 when `conv` is not subscribed.
    long live(String conv) {
        return locked(() -> isConnected ? live.getOrDefault(conv, -1L) : -1L);
    }

    // ---- what arrives

    @Override
    public Map<String, Link.Position> positions() {
        Map<String, Link.Position> positions = new HashMap<>();
        whole.forEach((conv, at) -> positions.put(conv, new Link.Position(at, epoch)));
        presented = Map.copyOf(whole);
        presentedEpoch = epoch;
        return positions;
    }

    @Override
    public void connected(String where, List<Link.Sub> subs) {
        conn = NUMBERS.incrementAndGet();
        isConnected = true;
        address = where;
        if (isSdk()) {
            // It goes on from what it was told on the connections before.
            presentedEpoch = epoch;
        }
        // Who subscribed nothing was told no epoch: what it knows may be of one that is over.
        String told = subs.stream()
                .map(Link.Sub::epoch)
                .filter(one -> !one.isEmpty())
                .findFirst()
                .orElse("");
        told(told);
        Event.Connect unused = journal.add(t -> new Event.Connect(t, name, conn, where, told));
        subs.forEach(this::subscribed);
    }

    /// Numbers mean nothing beyond their epoch.
    private void told(String now) {
        if (now.isEmpty() || now.equals(epoch)) {
            return;
        }
        if (!epoch.isEmpty()) {
            whole.clear();
            durable = Map.of();
        }
        epoch = now;
    }

    @Override
    public void subscribed(Link.Sub sub) {
        String conv = sub.conv();
        told(sub.epoch());
        long asked = whole.getOrDefault(conv, 0L);
        long after = after(sub);
        boolean isReset = sub.wasRecovering() && !sub.recovered();
        Event.Resume unused = journal.add(t -> new Event.Resume(t, name, conn, conv, after, sub.epoch(), isReset));
        live.put(conv, after);
        if (after > asked) {
            // What lies between is read when it is asked for; a position behind it would hide the gap.
            String inEpoch = epoch;
            Thread unusedThread = Thread.ofVirtual().name("fill").start(() -> fill(conv, asked, after, inEpoch));
        }
    }

    /// Where pushes have to begin. The server must go on where a raw client asked; what the SDK asked for,
    /// only the SDK knows. Who goes on from a number of another epoch owes everything.
    private long after(Link.Sub sub) {
        if (!sub.recovered()) {
            return sub.offset();
        }
        if (!presentedEpoch.isEmpty() && !sub.epoch().isEmpty() && !sub.epoch().equals(presentedEpoch)) {
            return 0;
        }
        return isSdk() ? sub.offset() : presented.getOrDefault(sub.conv(), 0L);
    }

    /// Reads what pushes left out, as an app does after a reset. Blocks.
    private void fill(String conv, long from, long to, String inEpoch) {
        long at = from;
        while (at < to) {
            List<Row> page = page(conv, at, PAGE, false);
            if (page.isEmpty()) {
                return;
            }
            at = page.getLast().seq();
        }
        long reached = at;
        locked(() -> {
            Long pushed = live.get(conv);
            if (pushed != null && pushed >= reached && epoch.equals(inEpoch)) {
                whole.merge(conv, pushed, Math::max);
            }
            return reached;
        });
    }

    @Override
    public void received(String conv, Link.Entry entry) {
        Row row = Rows.of(entry.data());
        Event.Recv unused = journal.add(t -> new Event.Recv(t, name, conn, conv, numbered(row, entry.offset())));
        long before = live.getOrDefault(conv, -1L);
        live.put(conv, entry.offset());
        if (whole.getOrDefault(conv, 0L) == before) {
            whole.put(conv, entry.offset());
        }
    }

    private static Row row(JsonObject publication) {
        long offset = publication.getJsonNumber("offset").longValue();
        return numbered(Rows.of(publication.getJsonObject("data")), offset);
    }

    /// The offset is what a client goes by; where the entry says another number, the record shows it.
    private static Row numbered(Row row, long offset) {
        return row.seq() == offset
                ? row
                : new Row(offset, row.kind() + "/" + row.seq(), row.author(), row.id(), row.target(), "", 0, false);
    }

    @Override
    public void unsubscribed(String conv, int code) {
        Event.Left unused = journal.add(t -> new Event.Left(t, name, conn, conv, code));
        live.remove(conv);
    }

    @Override
    public void closed(int code) {
        isConnected = false;
        live.clear();
        boolean planned = isPlanned;
        isPlanned = false;
        Event.Close unused = journal.add(t -> new Event.Close(t, name, conn, code, planned));
    }

    // ---- what it does

    /// Writes down what `event` makes of the connection and sends `data`, in one step. False, and
    /// nothing happened, when it is not connected.
    boolean ask(AskEvent event, String method, String data, Consumer<Answer> done) {
        lock.lock();
        try {
            if (!isConnected) {
                return false;
            }
            Event unused = journal.add(t -> event.of(t, conn));
            link.rpc(method, data, done);
            return true;
        } finally {
            lock.unlock();
        }
    }

    interface AskEvent {
        Event of(long t, long conn);
    }

    /// A call whose answer matters to nobody's order.
    CompletableFuture<Answer> call(String method, String data) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        link.rpc(method, data, answer::complete);
        return answer;
    }

    /// A page, written down; empty also when none came. Blocks.
    List<Row> page(String conv, long from, int limit, boolean reverse) {
        @Nullable Page page = ask(conv, from, limit, reverse);
        return page == null ? List.of() : page.rows();
    }

    record Page(List<Row> rows, long head) {}

    /// The same with the end of the log; null when no page came.
    @Nullable
    Page ask(String conv, long from, int limit, boolean reverse) {
        long id = NUMBERS.incrementAndGet();
        Event.HistBegin begin = journal.add(t -> new Event.HistBegin(t, id, name, conv, from, limit, reverse));
        CompletableFuture<Answer> waiting = new CompletableFuture<>();
        link.history(conv, from, limit, reverse, waiting::complete);
        return switch (waiting.join()) {
            case Answer.Ok(JsonObject data) -> {
                List<Row> rows = new ArrayList<>();
                if (data.containsKey("publications")) {
                    data.getJsonArray("publications")
                            .getValuesAs(JsonObject.class)
                            .forEach(one -> rows.add(row(one)));
                }
                long head = data.get("offset") == null || data.get("offset") == JsonValue.NULL
                        ? 0
                        : data.getJsonNumber("offset").longValue();
                Event.Hist hist =
                        journal.add(t -> new Event.Hist(t, begin.id(), rows, head, data.getString("epoch", "")));
                yield new Page(rows, hist.head());
            }
            case Answer.Refused(int code) -> failed(begin, code);
            case Answer.None _ -> failed(begin, 0);
        };
    }

    private @Nullable Page failed(Event.HistBegin begin, int code) {
        Event.HistFailed unused = journal.add(t -> new Event.HistFailed(t, begin.id(), code));
        return null;
    }

    /// Away and back from where it was.
    void cut() {
        leave(false);
    }

    /// Away and back with what it had written down before.
    void crash() {
        leave(true);
    }

    private void leave(boolean isCrash) {
        locked(() -> {
            isPlanned = isConnected;
            if (isCrash && !isSdk()) {
                whole.clear();
                whole.putAll(durable);
            }
            return isPlanned;
        });
        link.cut();
    }

    /// Writes down where it is.
    void save() {
        locked(() -> durable = Map.copyOf(whole));
    }

    void stop() {
        locked(() -> isPlanned = true);
        link.stop();
    }

    private <T> T locked(java.util.function.Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }
}
