package parley.messaging;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import parley.history.Entry;
import parley.history.EntryKind;

/// A client that applies entries to what it shows, by the rule of the protocol page and nothing else: it
/// knows the messages that it was told of, and each entry changes what it is about.
final class ModelClient {
    private static final Pattern REACTION =
            Pattern.compile("\\{\"emoji\":\"([^\"]+)\",\"on\":(true|false),\"count\":([0-9]+)}");

    /// What is shown of one message.
    record Shown(String body, long edited, boolean recalled, Map<String, Integer> reactions) {}

    private final Map<Long, Shown> messages = new TreeMap<>();

    /// What a page or a push tells, in order.
    ModelClient apply(List<Entry> entries) {
        entries.forEach(this::apply);
        return this;
    }

    private void apply(Entry entry) {
        switch (entry.kind()) {
            case MESSAGE -> messages.put(entry.seq(), shown(entry));
            case EDIT ->
                messages.computeIfPresent(
                        entry.target(),
                        (seq, before) -> entry.body().length == 0 || before.recalled() || before.edited() > entry.seq()
                                ? before
                                : new Shown(text(entry.body()), entry.seq(), false, before.reactions()));
            case RECALL -> messages.computeIfPresent(entry.target(), (seq, before) -> new Shown("", 0, true, Map.of()));
            case REACTION ->
                messages.computeIfPresent(
                        entry.target(), (seq, before) -> before.recalled() ? before : reacted(before, entry));
            case MEMBER, TITLE -> {}
        }
    }

    private static Shown shown(Entry entry) {
        Entry.Revision revision = entry.revision();
        return new Shown(
                text(entry.body()), revision.edited(), revision.recalled(), new TreeMap<>(revision.reactions()));
    }

    private static Shown reacted(Shown before, Entry entry) {
        Matcher said = REACTION.matcher(text(entry.detail()));
        if (!said.matches()) {
            throw new AssertionError("not a reaction: " + text(entry.detail()));
        }
        Map<String, Integer> now = new TreeMap<>(before.reactions());
        int count = Integer.parseInt(said.group(3));
        Integer unused = count == 0 ? now.remove(said.group(1)) : now.put(said.group(1), count);
        return new Shown(before.body(), before.edited(), false, now);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /// What is shown, by the messages' seqs.
    Map<Long, Shown> shown() {
        return messages;
    }

    static boolean isMessage(Entry entry) {
        return entry.kind() == EntryKind.MESSAGE;
    }
}
