package parley.verify;

import java.util.List;
import java.util.Objects;
import parley.verify.SimulatedChat.Device;
import parley.verify.SimulatedChat.Log;

/// Does one thing wrong on a [SimulatedChat].
final class Sabotage {
    private final SimulatedChat chat;

    Sabotage(SimulatedChat chat) {
        this.chat = chat;
    }

    /// In the middle of the traffic.
    void during(Bug bug) {
        Log log = chat.log("c1");
        Device writer = chat.member(log);
        Device reader = chat.member(log);
        switch (bug) {
            case LOSES_WHAT_WAS_ACKNOWLEDGED -> {
                Event.Send send = chat.send(writer, log);
                chat.emit(new Event.Ack(chat.tick(), send.id(), 1, log.head() + 1, false));
            }
            case DROPS_A_PUSH, PUSHES_TWICE, PUSHES_IN_THE_WRONG_ORDER, CHANGES_A_BODY ->
                push(bug, writer, reader, log);
            case STORES_A_REPEAT -> {
                Event.Send again = chat.again(chat.sendWhole(writer, log));
                long seq = chat.append(log, Row.MESSAGE, writer.account, again.id(), 0, again.print())
                        .seq();
                chat.emit(new Event.Ack(chat.tick(), again.id(), 2, seq, false));
            }
            case LEAVES_A_NUMBER_OUT -> {
                Event.Send send = chat.send(writer, log);
                log.rows.add(row(log.head() + 2, writer.account, send));
                chat.emit(new Event.Ack(chat.tick(), send.id(), 1, log.head(), false));
            }
            case PUSHES_TO_THE_WRONG_CONVERSATION -> {
                Log other = chat.log("c3");
                Device misled = chat.deviceOf("a2");
                chat.push(misled, log, Integer.MAX_VALUE);
                long seq = Objects.requireNonNull(misled.live.get("c1")) + 1;
                Event.Send send = chat.sendWhole(misled, other);
                chat.receive(misled, "c1", row(seq, misled.account, send));
                misled.live.put("c1", seq - 1);
            }
            case PUSHES_TO_A_STRANGER -> {
                chat.sendWhole(writer, log);
                Device stranger = chat.deviceOf(SimulatedChat.STRANGER);
                chat.emit(new Event.Resume(
                        chat.tick(), stranger.name, stranger.conn, "c1", log.head() - 1, stranger.epoch, false));
                chat.emit(new Event.Recv(chat.tick(), stranger.name, stranger.conn, "c1", log.rows.getLast()));
            }
            case STORES_WHAT_IT_REFUSED -> {
                Event.Send send = chat.send(writer, log);
                chat.store(log, writer, send);
                chat.emit(new Event.Nack(chat.tick(), send.id(), 1, 1002));
            }
            case INVENTS_A_MESSAGE -> chat.append(log, Row.MESSAGE, writer.account, "nobody-sent-this", 0, "h0");
            case READS_A_STALE_CACHE, LEAVES_A_HOLE_IN_A_PAGE, GOES_BACK_IN_TIME, ENDS_A_BACKWARD_PAGE_EARLY ->
                read(bug, writer, reader, log);
            case NUMBERS_AGAINST_TIME, NUMBERS_A_PIPELINE_BACKWARDS -> order(bug, writer, log);
            case FORGETS_A_RECALL -> {
                Event.Send send = chat.sendWhole(writer, log);
                long target = Objects.requireNonNull(log.ids.get(send.id()));
                String id = chat.name("x");
                chat.emit(new Event.Change(chat.tick(), writer.name, writer.conn, "c1", id, 1, Row.RECALL, target, ""));
                chat.emit(new Event.Ack(chat.tick(), id, 1, log.head(), false));
            }
            case RESUMES_OVER_AN_EPOCH, SHOWS_ANOTHER_PAST -> new SimulatedEpoch(chat).breaks(bug);
            default -> more(bug, writer, reader, log);
        }
    }

    private void more(Bug bug, Device writer, Device reader, Log log) {
        switch (bug) {
            case SHOWS_A_MESSAGE_AS_IT_WAS, SHOWS_WHAT_WAS_RECALLED -> {
                Event.Send send = chat.sendWhole(writer, log);
                Row before = log.row(Objects.requireNonNull(log.ids.get(send.id())));
                if (bug == Bug.SHOWS_WHAT_WAS_RECALLED) {
                    chat.recall(writer, log, before);
                } else {
                    chat.edit(writer, log, before);
                }
                Event.HistBegin begin = chat.ask(writer, log, before.seq() - 1, 1, false);
                chat.answer(begin, List.of(before), log.head());
            }
            case RECALLS_BY_ITSELF -> {
                Event.Send send = chat.sendWhole(writer, log);
                chat.erase(log, log.row(Objects.requireNonNull(log.ids.get(send.id()))));
            }
            case MOVES_A_MARKER_BACK -> {
                chat.mark("a1", log, log.head());
                Objects.requireNonNull(chat.markers.get("c1")).put("a1", log.head() - 2);
                chat.mark("a1", log, 1);
            }
            case LETS_A_REMOVED_MEMBER_READ, LETS_A_REMOVED_MEMBER_WRITE -> removed(bug);
            case LETS_A_MUTED_MEMBER_WRITE -> {
                chat.mute(log, writer.account, true);
                chat.sendWhole(writer, log);
                chat.mute(log, writer.account, false);
            }
            case GIVES_TWO_ENTRIES_ONE_NUMBER -> {
                Event.Send one = chat.sendWhole(writer, log);
                Event.Send two = chat.send(writer, log);
                chat.emit(
                        new Event.Ack(chat.tick(), two.id(), 1, Objects.requireNonNull(log.ids.get(one.id())), false));
            }
            case BREAKS_A_FRAME -> chat.cut(reader, Event.Close.BROKEN);
            case SCROLLS_INTO_NOTHING -> {
                Event.HistBegin begin = chat.ask(writer, log, log.head(), 10, true);
                chat.answer(begin, List.of(), log.head());
            }
            default -> {}
        }
    }

    private void push(Bug bug, Device writer, Device reader, Log log) {
        chat.push(reader, log, Integer.MAX_VALUE);
        chat.sendWhole(writer, log);
        chat.sendWhole(writer, log);
        Row last = log.rows.getLast();
        Row before = log.row(last.seq() - 1);
        switch (bug) {
            case DROPS_A_PUSH -> chat.receive(reader, "c1", last);
            case PUSHES_TWICE -> {
                chat.push(reader, log, 2);
                chat.receive(reader, "c1", last);
            }
            case PUSHES_IN_THE_WRONG_ORDER -> {
                chat.receive(reader, "c1", last);
                chat.receive(reader, "c1", before);
                reader.live.put("c1", last.seq());
            }
            default ->
                chat.receive(
                        reader,
                        "c1",
                        new Row(before.seq(), Row.MESSAGE, before.author(), before.id(), 0, "h-other", 0, false));
        }
    }

    private void read(Bug bug, Device writer, Device reader, Log log) {
        chat.sendWhole(writer, log);
        if (bug == Bug.GOES_BACK_IN_TIME) {
            Event.Send send = chat.send(writer, log);
            chat.store(log, writer, send);
            chat.emit(new Event.Unknown(chat.tick(), send.id(), 1, "closed"));
            chat.read(reader, log, 0, 1_000, false);
        }
        boolean isBackward = bug == Bug.ENDS_A_BACKWARD_PAGE_EARLY;
        Event.HistBegin begin = chat.ask(reader, log, isBackward ? -1 : 0, 1_000, isBackward);
        List<Row> whole = chat.page(begin, log, Objects.requireNonNull(log.members.get(reader.account)));
        if (isBackward) {
            chat.answer(begin, whole.subList(0, whole.size() - 1), log.head());
        } else if (bug == Bug.LEAVES_A_HOLE_IN_A_PAGE) {
            List<Row> holed = new java.util.ArrayList<>(whole);
            holed.remove(1 + chat.random.nextInt(whole.size() - 2));
            chat.answer(begin, holed, log.head());
        } else {
            chat.answer(begin, whole.subList(0, whole.size() - 1), log.head() - 1);
        }
    }

    private void order(Bug bug, Device writer, Log log) {
        Event.Send one = chat.send(writer, log);
        if (bug == Bug.NUMBERS_AGAINST_TIME) {
            long seq = log.head() + 2;
            chat.ack(one, seq, false);
            Event.Send two = chat.send(writer, log);
            chat.ack(two, chat.store(log, writer, two).seq(), false);
            log.rows.add(row(seq, writer.account, one));
        } else {
            Event.Send two = chat.send(writer, log);
            chat.store(log, writer, two);
            chat.store(log, writer, one);
            chat.ack(two, log.head() - 1, false);
            chat.ack(one, log.head(), false);
        }
    }

    private void removed(Bug bug) {
        Log log = chat.log("c2");
        if (!log.members.containsKey("a4")) {
            chat.add(log, "a4");
        }
        chat.remove(log, "a4");
        Device gone = chat.deviceOf("a4");
        if (bug == Bug.LETS_A_REMOVED_MEMBER_READ) {
            Event.HistBegin begin = chat.ask(gone, log, 0, 1_000, false);
            chat.answer(begin, chat.page(begin, log, 1), log.head());
        } else {
            chat.sendWhole(gone, log);
        }
    }

    /// When nobody writes any more.
    void afterwards(Bug bug) {
        Log log = chat.log("c1");
        Device writer = chat.member(log);
        if (bug == Bug.ROLLS_BACK_WHAT_IT_PUSHED) {
            Device reader = chat.member(log);
            Event.Send send = chat.send(writer, log);
            chat.store(log, writer, send);
            chat.push(reader, log, Integer.MAX_VALUE);
            chat.emit(new Event.Unknown(chat.tick(), send.id(), 1, "closed"));
            log.rows.removeLast();
            reader.live.put("c1", log.head());
        } else if (bug == Bug.PUSHES_LATE) {
            chat.sendWhole(writer, log);
            chat.pass(6_000);
        } else if (bug == Bug.STALLS_UNTIL_IT_ENDS) {
            chat.sendWhole(writer, log);
            chat.pass(6_000);
            chat.cut(chat.member(log));
        } else if (bug == Bug.RECALLS_BY_HALF || bug == Bug.EDITS_BY_HALF) {
            chat.sendWhole(writer, log);
            boolean isEdit = bug == Bug.EDITS_BY_HALF;
            chat.change(writer, log, isEdit ? Row.EDIT : Row.RECALL, log.head(), isEdit ? "h-new" : "");
        } else if (bug == Bug.IS_BUSY_EVER_AFTER || bug == Bug.FORGETS_ONE_CONVERSATION) {
            busy(bug, writer, log);
        }
    }

    /// After a fault; one conversation alone, or all.
    private void busy(Bug bug, Device writer, Log log) {
        chat.emit(new Event.Fault(chat.tick(), "redis-stop", true, true, "frozen"));
        chat.emit(new Event.Fault(chat.tick(), "redis-stop", false, true, "runs again"));
        if (bug == Bug.FORGETS_ONE_CONVERSATION) {
            chat.sendWhole(writer, log);
            chat.pushEverything();
        }
        chat.pass(6_000);
        for (int i = 0; i < 10; i++) {
            Event.Send send = chat.send(writer, log);
            chat.emit(new Event.Nack(chat.tick(), send.id(), 1, 111));
        }
    }

    private static Row row(long seq, String account, Event.Send send) {
        return new Row(seq, Row.MESSAGE, account, send.id(), 0, send.print(), 0, false);
    }
}
