package parley.verify;

import java.util.List;
import java.util.Objects;
import parley.verify.SimulatedChat.Device;
import parley.verify.SimulatedChat.Log;

/// A database that comes back without its newest entries: the epoch ends, at one node first and at the
/// other one later.
final class SimulatedEpoch {
    private static final String NEXT = "e2";

    private final SimulatedChat chat;
    private final Log log;

    /// Connected to the node that learns of it last, and to the other one.
    private final Device late;

    private final Device first;

    SimulatedEpoch(SimulatedChat chat) {
        this.chat = chat;
        this.log = chat.log("c1");
        this.late = chat.deviceOf("a3");
        this.first = chat.deviceOf("a1");
    }

    /// As it should be; nothing stays lost that was acknowledged.
    void passes() {
        Event.Send kept = chat.send(late, log);
        long number = chat.store(log, late, kept).seq();
        Event.Send lost = chat.send(late, log);
        chat.ack(lost, chat.store(log, late, lost).seq(), false);
        Event.Send other = chat.send(late, log);
        chat.store(log, late, other);
        Event.Send unknown = chat.send(first, log);
        chat.store(log, first, unknown);
        chat.pushEverything();
        chat.mark(late.account, log, log.head());
        List<Row> old = List.copyOf(log.rows);
        begins(3);
        chat.emit(new Event.Unknown(chat.tick(), unknown.id(), 1, "closed"));
        moves(first);
        // Asked for after a higher number was acknowledged, in the epoch before.
        again(first, unknown);
        chat.recall(first, log, log.row(number + 1));
        for (int i = 0; i < 3; i++) {
            chat.sendWhole(first, log);
        }
        // The other node has not learned of it: what it says is of the old epoch, and right there.
        chat.ack(kept, number, false);
        chat.ack(other, number + 2, false);
        Event.HistBegin begin = chat.ask(late, log, -1, 20, true);
        chat.answer(
                begin,
                old.reversed().subList(0, Math.min(20, old.size())),
                old.getLast().seq());
        chat.devices.values().forEach(this::moves);
        again(late, lost);
        again(late, other);
        chat.mark(late.account, log, 2);
    }

    /// What was lost is sent once more.
    private void again(Device device, Event.Send send) {
        Event.Send again =
                chat.emit(new Event.Send(chat.tick(), device.name, device.conn, log.conv, send.id(), 2, send.print()));
        chat.ack(again, chat.store(log, device, again).seq(), false);
    }

    void breaks(Bug bug) {
        chat.pushEverything();
        Event.Send lost = chat.send(late, log);
        chat.store(log, late, lost);
        chat.pushEverything();
        begins(1);
        chat.emit(new Event.Unknown(chat.tick(), lost.id(), 1, "closed"));
        moves(first);
        chat.sendWhole(first, log);
        chat.sendWhole(first, log);
        if (bug == Bug.SHOWS_ANOTHER_PAST) {
            Event.HistBegin begin = chat.ask(late, log, log.head() - 2, 10, false);
            chat.answer(begin, List.copyOf(log.rows.subList(log.rows.size() - 2, log.rows.size())), log.head());
        }
        long held = Objects.requireNonNull(late.live.get(log.conv));
        chat.devices.values().forEach(this::moves);
        if (bug == Bug.RESUMES_OVER_AN_EPOCH) {
            // As a device writes it down that was told "recovered" in another epoch than it had asked for.
            chat.emit(new Event.Resume(chat.tick(), late.name, late.conn, log.conv, 0, late.epoch, false));
            chat.receive(late, log.conv, log.row(held + 1));
        }
    }

    private void begins(int lost) {
        for (int i = 0; i < lost; i++) {
            Row row = log.rows.removeLast();
            Long unused = log.ids.remove(row.id());
        }
        chat.epoch = chat.epoch.equals(NEXT) ? NEXT + "-2" : NEXT;
        chat.markers.clear();
    }

    /// Away, and back in the new epoch: at the end, everything else is read.
    private void moves(Device device) {
        if (device.epoch.equals(chat.epoch)) {
            return;
        }
        List<String> before = List.copyOf(device.live.keySet());
        chat.emit(new Event.Close(chat.tick(), device.name, device.conn, 3001, false));
        device.live.clear();
        device.kept.clear();
        chat.connect(device);
        for (String conv : before) {
            long head = chat.log(conv).head();
            chat.emit(new Event.Resume(chat.tick(), device.name, device.conn, conv, head, device.epoch, true));
            device.live.put(conv, head);
        }
    }
}
