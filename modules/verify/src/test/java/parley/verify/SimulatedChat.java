package parley.verify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A server that does everything right, and people who use it, as a list of events. One seed, one
/// history. Time is a number that grows by a millisecond with every event.
final class SimulatedChat {
    static final String STRANGER = "a5";
    static final List<String> CONVERSATIONS = List.of("c1", "c2", "c3");

    final Random random;
    final List<Event> events = new ArrayList<>();
    final Map<String, Log> logs = new LinkedHashMap<>();
    final Map<String, Device> devices = new LinkedHashMap<>();
    final Map<String, TreeMap<String, Long>> markers = new HashMap<>();
    final List<Runnable> answers = new ArrayList<>();
    final List<Event.Send> doubtful = new ArrayList<>();
    final List<Event.Send> done = new ArrayList<>();
    String epoch = "e1";
    private long time;
    private long names;

    /// The log of one conversation, with who may read from where.
    static final class Log {
        final String conv;
        final List<Row> rows = new ArrayList<>();
        final Map<String, Long> members = new LinkedHashMap<>();
        final Map<String, Long> ids = new HashMap<>();

        Log(String conv) {
            this.conv = conv;
        }

        long head() {
            return rows.isEmpty() ? 0 : rows.getLast().seq();
        }

        Row row(long seq) {
            return java.util.Objects.requireNonNull(after(seq - 1));
        }

        @Nullable
        Row after(long seq) {
            for (int i = Math.max(0, (int) seq - 2); i < rows.size(); i++) {
                if (rows.get(i).seq() > seq) {
                    return rows.get(i);
                }
            }
            return null;
        }
    }

    /// `live` holds the conversations that are subscribed, and how far pushes have come.
    static final class Device {
        final String name;
        final String account;
        final Map<String, Long> live = new LinkedHashMap<>();
        final Map<String, Long> kept = new HashMap<>();
        long conn;

        /// Of its connection.
        String epoch = "";

        Device(String name, String account) {
            this.name = name;
            this.account = account;
        }
    }

    SimulatedChat(long seed) {
        random = new Random(seed);
        for (String[] one : new String[][] {
            {"d1", "a1"}, {"d2", "a1"}, {"d3", "a2"}, {"d4", "a2"}, {"d5", "a3"}, {"d6", "a4"}, {"d7", STRANGER}
        }) {
            devices.put(one[0], new Device(one[0], one[1]));
            emit(new Event.Device(tick(), one[0], one[1], "sdk"));
        }
        devices.values().forEach(this::connect);
        found("c1", "a1", "a2", "a3", "a4");
        found("c2", "a1", "a2", "a4");
        found("c3", "a2", "a1", STRANGER);
    }

    long tick() {
        time += 1_000_000;
        return time;
    }

    void pass(long millis) {
        time += millis * 1_000_000;
    }

    <E extends Event> E emit(E event) {
        events.add(event);
        return event;
    }

    String name(String prefix) {
        return prefix + ++names;
    }

    <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    Device deviceOf(String account) {
        return any(devices.values().stream()
                .filter(device -> device.account.equals(account))
                .toList());
    }

    Log log(String conv) {
        return java.util.Objects.requireNonNull(logs.get(conv));
    }

    private void found(String conv, String... members) {
        Log log = new Log(conv);
        logs.put(conv, log);
        Device creator = deviceOf(members[0]);
        String id = name("f");
        for (String member : members) {
            emit(new Event.Change(tick(), creator.name, creator.conn, conv, id, 1, Row.MEMBER, 0, member + ":added"));
            log.members.put(member, 1L);
            append(log, Row.MEMBER, creator.account, "", 0, member + ":added");
        }
        emit(new Event.Ack(tick(), id, 1, log.head(), false));
        emit(new Event.Founded(tick(), conv, log.head(), false));
        devices.values().stream()
                .filter(device -> log.members.containsKey(device.account))
                .forEach(device -> subscribe(device, log, 0));
    }

    Row append(Log log, String kind, String author, String id, long target, String print) {
        Row row = new Row(log.head() + 1, kind, author, id, target, print, 0, false);
        log.rows.add(row);
        if (!id.isEmpty()) {
            log.ids.put(id, row.seq());
        }
        return row;
    }

    void subscribe(Device device, Log log, long after) {
        emit(new Event.Resume(tick(), device.name, device.conn, log.conv, after, device.epoch, false));
        device.live.put(log.conv, after);
    }

    void connect(Device device) {
        device.conn = ++names;
        device.epoch = epoch;
        emit(new Event.Connect(tick(), device.name, device.conn, "ws://here", epoch));
    }

    /// Gone and back: on from where it was, or from what it had written down.
    void cut(Device device) {
        cut(device, 1006);
    }

    void cut(Device device, int code) {
        emit(new Event.Close(tick(), device.name, device.conn, code, code == 1006));
        Map<String, Long> positions = new LinkedHashMap<>(random.nextInt(4) == 0 ? device.kept : device.live);
        device.live.clear();
        connect(device);
        for (Log log : logs.values()) {
            Long from = log.members.get(device.account);
            if (from != null) {
                subscribe(device, log, Math.max(positions.getOrDefault(log.conv, log.head()), from - 1));
            }
        }
    }

    /// Pushes up to `limit` entries.
    void push(Device device, Log log, int limit) {
        for (int i = 0; i < limit; i++) {
            Long at = device.live.get(log.conv);
            Row next = at == null ? null : log.after(at);
            if (next == null) {
                return;
            }
            receive(device, log.conv, next);
            if (next.print().equals(device.account + ":removed")) {
                emit(new Event.Left(tick(), device.name, device.conn, log.conv, 2000));
                device.live.remove(log.conv);
            }
        }
    }

    void receive(Device device, String conv, Row row) {
        emit(new Event.Recv(tick(), device.name, device.conn, conv, row));
        device.live.put(conv, row.seq());
        if (random.nextInt(3) == 0) {
            device.kept.put(conv, row.seq());
        }
    }

    void pushEverything() {
        devices.values().forEach(device -> logs.values().forEach(log -> push(device, log, Integer.MAX_VALUE)));
    }

    Device member(Log log) {
        return deviceOf(any(List.copyOf(log.members.keySet())));
    }

    Event.Send send(Device device, Log log) {
        String id = name("m");
        return emit(new Event.Send(tick(), device.name, device.conn, log.conv, id, 1, "h" + id));
    }

    Row store(Log log, Device device, Event.Send send) {
        return append(log, Row.MESSAGE, device.account, send.id(), 0, send.print());
    }

    void ack(Event.Send send, long seq, boolean repeated) {
        emit(new Event.Ack(tick(), send.id(), send.attempt(), seq, repeated));
        if (!repeated) {
            done.add(send);
        }
    }

    /// Sent, stored and acknowledged.
    Event.Send sendWhole(Device device, Log log) {
        Event.Send send = send(device, log);
        ack(send, store(log, device, send).seq(), false);
        return send;
    }

    Event.Send again(Event.Send send) {
        Device device = deviceOf(account(send));
        Event.Send retry = new Event.Send(
                tick(), device.name, device.conn, send.conv(), send.id(), send.attempt() + 1, send.print());
        return emit(retry);
    }

    String account(Event.Send send) {
        return java.util.Objects.requireNonNull(devices.get(send.dev())).account;
    }

    /// A change by `device` that the server does and acknowledges.
    void change(Device device, Log log, String kind, long target, String print) {
        String id = name("x");
        emit(new Event.Change(tick(), device.name, device.conn, log.conv, id, 1, kind, target, print));
        Row row = append(log, kind, device.account, "", target, print);
        emit(new Event.Ack(tick(), id, 1, row.seq(), false));
    }

    /// A message of `device` in `log` that was not recalled, if there is one.
    @Nullable
    Row own(Device device, Log log) {
        List<Row> own = log.rows.stream()
                .filter(row -> row.isMessage() && row.author().equals(device.account) && !row.recalled())
                .toList();
        return own.isEmpty() ? null : any(own);
    }

    void edit(Device device, Log log, Row message) {
        String print = name("h");
        change(device, log, Row.EDIT, message.seq(), print);
        log.rows.set(
                log.rows.indexOf(message),
                new Row(message.seq(), Row.MESSAGE, message.author(), message.id(), 0, print, log.head(), false));
    }

    void recall(Device device, Log log, Row message) {
        change(device, log, Row.RECALL, message.seq(), "");
        erase(log, message);
        log.rows.replaceAll(row -> row.kind().equals(Row.EDIT) && row.target() == message.seq()
                ? new Row(row.seq(), Row.EDIT, row.author(), "", row.target(), "", 0, false)
                : row);
    }

    void erase(Log log, Row message) {
        log.rows.set(
                log.rows.indexOf(message),
                new Row(message.seq(), Row.MESSAGE, message.author(), message.id(), 0, "", 0, true));
    }

    void remove(Log log, String account) {
        change(deviceOf(log.members.keySet().iterator().next()), log, Row.MEMBER, 0, account + ":removed");
        log.members.remove(account);
    }

    void add(Log log, String account) {
        change(deviceOf(log.members.keySet().iterator().next()), log, Row.MEMBER, 0, account + ":added");
        log.members.put(account, log.head());
        devices.values().stream()
                .filter(device -> device.account.equals(account))
                .forEach(device -> {
                    if (device.live.containsKey(log.conv)) {
                        push(device, log, Integer.MAX_VALUE);
                    }
                    subscribe(device, log, log.head() - 1);
                });
    }

    void mute(Log log, String account, boolean on) {
        change(
                deviceOf(log.members.keySet().iterator().next()),
                log,
                Row.MEMBER,
                0,
                account + ":muted:" + (on ? 4_102_444_800_000L : 0));
    }

    void rename(Device device, Log log) {
        change(device, log, Row.TITLE, 0, name("t"));
    }

    Event.HistBegin ask(Device device, Log log, long from, int limit, boolean reverse) {
        return emit(new Event.HistBegin(tick(), ++names, device.name, log.conv, from, limit, reverse));
    }

    void answer(Event.HistBegin begin, List<Row> rows, long head) {
        String of = java.util.Objects.requireNonNull(devices.get(begin.dev())).epoch;
        emit(new Event.Hist(tick(), begin.id(), rows, head, of));
    }

    List<Row> page(Event.HistBegin begin, Log log, long visibleFrom) {
        List<Row> visible = log.rows.stream()
                .filter(row -> row.seq() >= visibleFrom)
                .filter(row ->
                        begin.reverse() ? begin.from() < 0 || row.seq() < begin.from() : row.seq() > begin.from())
                .toList();
        return (begin.reverse() ? visible.reversed() : visible)
                .stream().limit(begin.limit()).toList();
    }

    void read(Device device, Log log, long from, int limit, boolean reverse) {
        Event.HistBegin begin = ask(device, log, from, limit, reverse);
        Long visibleFrom = log.members.get(device.account);
        if (visibleFrom == null) {
            emit(new Event.HistFailed(tick(), begin.id(), 103));
        } else {
            answer(begin, page(begin, log, visibleFrom), log.head());
        }
    }

    void mark(String account, Log log, long seq) {
        long id = ++names;
        Device device = deviceOf(account);
        emit(new Event.MarkerBegin(tick(), id, device.name, device.conn, log.conv));
        long read = markers.computeIfAbsent(log.conv, none -> new TreeMap<>())
                .merge(account, Math.min(seq, log.head()), Math::max);
        emit(new Event.Marker(tick(), id, read, unread(log, read)));
    }

    static long unread(Log log, long read) {
        return log.rows.stream()
                .filter(row -> row.isMessage() && row.seq() > read)
                .count();
    }
}
