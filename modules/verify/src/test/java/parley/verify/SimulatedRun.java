package parley.verify;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.verify.SimulatedChat.Device;
import parley.verify.SimulatedChat.Log;

/// A whole run on a [SimulatedChat]: traffic, a fault, rest, what everybody reads at the end, the
/// tables.
final class SimulatedRun {
    private static final int STEPS = 150;

    private final SimulatedChat chat;
    private final Sabotage sabotage;
    private final @Nullable Bug bug;
    private final boolean isRenewed;

    private SimulatedRun(long seed, @Nullable Bug bug, boolean isRenewed) {
        this.chat = new SimulatedChat(seed);
        this.bug = bug;
        this.isRenewed = isRenewed;
        this.sabotage = new Sabotage(chat);
    }

    static List<Event> valid(long seed) {
        return new SimulatedRun(seed, null, false).run();
    }

    /// With a new epoch in the middle, in which some of the log is gone and nothing acknowledged is.
    static List<Event> validOverAnEpoch(long seed) {
        return new SimulatedRun(seed, null, true).run();
    }

    /// Every other one with a new epoch before the bug.
    static List<Event> broken(long seed, Bug bug) {
        return new SimulatedRun(seed, bug, seed % 2 == 0).run();
    }

    private List<Event> run() {
        if (bug != Bug.DOES_NOTHING) {
            greet();
            int when = STEPS / 3 + chat.random.nextInt(STEPS / 3);
            for (int step = 0; step < STEPS; step++) {
                if (step == STEPS / 4) {
                    boolean seen = bug != Bug.SHOWS_NO_FAULT;
                    chat.emit(new Event.Fault(chat.tick(), "redis-kill-empty", true, seen, "process 1 is gone"));
                }
                if (step == STEPS * 3 / 4) {
                    chat.emit(new Event.Fault(chat.tick(), "redis-kill-empty", false, true, "answers again"));
                }
                if (step == when && isRenewed) {
                    new SimulatedEpoch(chat).passes();
                }
                if (step == when && bug != null) {
                    sabotage.during(bug);
                }
                step();
            }
        }
        if (bug != null) {
            sabotage.afterwards(bug);
        }
        rest();
        return chat.events;
    }

    /// One message in each conversation, so that every device was pushed something.
    private void greet() {
        for (Log log : chat.logs.values()) {
            Device device = chat.member(log);
            Event.Send send = chat.send(device, log);
            chat.ack(send, chat.store(log, device, send).seq(), false);
        }
        chat.pushEverything();
    }

    private void step() {
        Log log = chat.any(List.copyOf(chat.logs.values()));
        Device device = chat.member(log);
        switch (chat.random.nextInt(20)) {
            case 0, 1, 2, 3, 4, 5 -> send(device, log);
            case 6 -> pipeline(device, log);
            case 7 -> retry();
            case 8 -> revise(device, log);
            case 9 -> members();
            case 10 -> chat.cut(device);
            case 11, 12 -> history(device, log);
            case 13 -> chat.mark(device.account, log, chat.random.nextLong(log.head()) + 1);
            case 14 -> answer();
            default -> chat.push(device, log, 1 + chat.random.nextInt(8));
        }
    }

    private void send(Device device, Log log) {
        Event.Send send = chat.send(device, log);
        switch (chat.random.nextInt(20)) {
            case 0 -> chat.emit(new Event.Nack(chat.tick(), send.id(), 1, 111));
            case 1 -> {
                chat.store(log, device, send);
                doubt(send);
            }
            case 2 -> doubt(send);
            case 3, 4, 5, 6 -> {
                long seq = chat.store(log, device, send).seq();
                chat.answers.add(() -> chat.ack(send, seq, false));
            }
            default -> chat.ack(send, chat.store(log, device, send).seq(), false);
        }
    }

    private void doubt(Event.Send send) {
        chat.emit(new Event.Unknown(chat.tick(), send.id(), send.attempt(), "closed"));
        chat.doubtful.add(send);
    }

    private void pipeline(Device device, Log log) {
        Event.Send one = chat.send(device, log);
        Event.Send two = chat.send(device, log);
        long first = chat.store(log, device, one).seq();
        long second = chat.store(log, device, two).seq();
        chat.ack(two, second, false);
        chat.ack(one, first, false);
    }

    /// Of what nobody knows, and of what is known, which changes nothing.
    private void retry() {
        boolean isDoubtful = !chat.doubtful.isEmpty();
        List<Event.Send> from = isDoubtful ? chat.doubtful : chat.done;
        if (from.isEmpty()) {
            return;
        }
        Event.Send send = isDoubtful ? from.removeFirst() : chat.any(from);
        Log log = chat.log(send.conv());
        if (!log.members.containsKey(chat.account(send))) {
            return;
        }
        Event.Send again = chat.again(send);
        Long known = log.ids.get(send.id());
        if (known == null) {
            chat.ack(
                    again,
                    chat.append(log, Row.MESSAGE, chat.account(send), send.id(), 0, send.print())
                            .seq(),
                    false);
        } else {
            chat.ack(again, known, true);
        }
    }

    private void revise(Device device, Log log) {
        Row own = chat.own(device, log);
        if (own != null) {
            if (chat.random.nextInt(3) > 0) {
                chat.edit(device, log, own);
            } else {
                chat.recall(device, log, own);
            }
        }
    }

    private void members() {
        Log log = chat.log("c2");
        switch (chat.random.nextInt(4)) {
            case 0 -> {
                chat.mute(log, "a2", true);
                chat.mute(log, "a2", false);
            }
            case 1 -> chat.rename(chat.member(log), log);
            default -> {
                if (log.members.containsKey("a4")) {
                    chat.remove(log, "a4");
                } else {
                    chat.add(log, "a4");
                }
            }
        }
    }

    private void history(Device device, Log log) {
        boolean reverse = chat.random.nextBoolean();
        long from = reverse
                ? chat.random.nextInt(3) == 0 ? -1 : chat.random.nextLong(log.head()) + 1
                : chat.random.nextLong(log.head() + 1);
        chat.read(device, log, from, 1 + chat.random.nextInt(20), reverse);
    }

    private void answer() {
        if (!chat.answers.isEmpty()) {
            chat.answers.removeFirst().run();
        }
    }

    private void rest() {
        chat.answers.forEach(Runnable::run);
        chat.emit(new Event.Phase(chat.tick(), "rest"));
        chat.pushEverything();
        chat.emit(new Event.Phase(chat.tick(), "reading"));
        for (Log log : chat.logs.values()) {
            for (Device device : chat.devices.values()) {
                if (log.members.containsKey(device.account)) {
                    long live = device.live.getOrDefault(log.conv, -1L);
                    chat.emit(new Event.Quiet(
                            chat.tick(), device.name, log.conv, bug == Bug.NEVER_PUSHES_THE_LAST ? live - 1 : live));
                    long from = bug == Bug.SHOWS_NOBODY_THE_END ? log.head() : 0;
                    chat.read(device, log, from, 100_000, bug == Bug.SHOWS_NOBODY_THE_END);
                }
            }
            standings(log);
            dump(log);
        }
        chat.emit(new Event.Phase(chat.tick(), VerifyRun.END));
    }

    private void standings(Log log) {
        for (String account : log.members.keySet()) {
            long read = chat.markers
                    .getOrDefault(log.conv, new java.util.TreeMap<>())
                    .getOrDefault(account, 0L);
            if (bug == Bug.LEAVES_A_CONVERSATION_OUT && account.equals("a2")) {
                continue;
            }
            long wrong = bug == Bug.COUNTS_UNREAD_WRONG ? 1 : 0;
            chat.emit(new Event.Standing(
                    chat.tick(),
                    account,
                    log.conv,
                    log.head(),
                    messages(log),
                    read,
                    SimulatedChat.unread(log, read) + wrong));
        }
    }

    private static long messages(Log log) {
        return log.rows.stream().filter(Row::isMessage).count();
    }

    private void dump(Log log) {
        long head = log.head() - (bug == Bug.COUNTS_ONE_TOO_FEW ? 1 : 0);
        List<Event.Member> members = log.members.entrySet().stream()
                .map(Map.Entry::copyOf)
                .map(one -> new Event.Member(one.getKey(), one.getValue()))
                .toList();
        if (bug == Bug.KEEPS_A_REMOVED_MEMBER) {
            members = java.util.stream.Stream.concat(
                            members.stream(), java.util.stream.Stream.of(new Event.Member("a9", 1)))
                    .toList();
        }
        chat.emit(new Event.Dump(
                chat.tick(), LogTables.SQL, log.conv, chat.epoch, head, messages(log), List.copyOf(log.rows), members));
    }
}
