package parley.verify.internal.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import parley.verify.Event;
import parley.verify.Row;

/// The rows of a conversation, found by what they are.
record Stored(Event.Dump dump, Map<String, Row> messages, Map<String, List<Row>> changes) {

    static Stored of(Event.Dump dump) {
        Map<String, Row> messages = new HashMap<>();
        Map<String, List<Row>> changes = new HashMap<>();
        for (Row row : dump.rows()) {
            if (row.isMessage()) {
                messages.put(row.author() + " " + row.id(), row);
            } else {
                changes.computeIfAbsent(subject(row.kind(), row.target(), row.print()), none -> new ArrayList<>())
                        .add(row);
            }
        }
        return new Stored(dump, messages, changes);
    }

    /// What a change is about: the newest one about it says how it stands.
    private static String subject(String kind, long target, String print) {
        return switch (kind) {
            // Who is muted is a member all the same.
            case Row.MEMBER -> (Mutes.is(print) ? "mute " : kind + " ") + print.substring(0, print.indexOf(':'));
            case Row.REACTION -> kind + " " + target + " " + print.substring(0, print.lastIndexOf(':'));
            default -> kind + " " + target;
        };
    }

    /// A message under its number; of another change, which may have found nothing left to do and was
    /// told the head: that at this number things stood as asked. Of what was acknowledged in another
    /// epoch, whose numbers mean nothing here, only that it is there.
    boolean keeps(Asked asked, Event.Ack ack, boolean isSameEpoch) {
        return switch (asked.first) {
            case Event.Send send -> {
                Row row = messages.get(asked.account + " " + send.id());
                yield row != null && (!isSameEpoch || row.seq() == ack.seq());
            }
            case Event.Change change ->
                stood(change, asked.account, ack.seq()) || (!isSameEpoch && isThere(change, asked.account));
            default -> false;
        };
    }

    private boolean isThere(Event.Change change, String account) {
        return changes.getOrDefault(subject(change.kind(), change.target(), change.print()), List.of()).stream()
                .anyMatch(row -> row.author().equals(account) && row.print().equals(change.print()));
    }

    private boolean stood(Event.Change change, String account, long at) {
        List<Row> about = changes.getOrDefault(subject(change.kind(), change.target(), change.print()), List.of());
        if (change.kind().equals(Row.EDIT)) {
            return about.stream()
                    .anyMatch(row -> row.seq() <= at
                            && row.author().equals(account)
                            && (row.print().equals(change.print())
                                    || row.print().isEmpty()));
        }
        Row last = null;
        for (Row row : about) {
            if (row.seq() <= at
                    && (!change.kind().equals(Row.REACTION) || row.author().equals(account))) {
                last = row;
            }
        }
        // Nobody has reacted, is a member or is muted before the first entry says so.
        boolean isOff = change.print().endsWith(":false")
                || change.print().endsWith(":removed")
                || change.print().endsWith(":muted:0");
        return last == null ? isOff : last.print().equals(change.print());
    }
}
