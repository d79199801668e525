package parley.history.internal.lane;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import parley.history.Append;
import parley.history.Entry;
import parley.history.Entry.Revision;
import parley.history.EntryKind;
import parley.history.NewEntry;

/// The messages that a batch changes: as they were read under the heads' locks, and as each append of
/// the batch leaves them to the next. Pure; one object per batch, used by one thread. A batch of sends
/// alone costs nothing here.
final class Revisions {
    /// A place in a log.
    record Position(long conversation, long seq) {
        static Position of(Entry entry) {
            return new Position(entry.conversation().value(), entry.seq());
        }

        static Position targetOf(Entry entry) {
            return new Position(entry.conversation().value(), entry.target());
        }
    }

    /// One account's reaction to a message.
    record ReactionKey(Position target, long account, String emoji) {}

    /// What the appends of a batch are about, to be read under the locks.
    record Wanted(Set<Position> targets, Set<ReactionKey> reactions, Set<Position> recalled) {
        static Wanted of(List<Item> items) {
            Wanted wanted = new Wanted(new LinkedHashSet<>(), new LinkedHashSet<>(), new LinkedHashSet<>());
            for (Item item : items) {
                item.append().revision().ifPresent(entry -> wanted.add(item.append(), entry));
            }
            return wanted;
        }

        private void add(Append append, NewEntry entry) {
            Position target = new Position(append.conversation().value(), entry.target());
            boolean unused = targets.add(target);
            if (entry.kind() == EntryKind.RECALL) {
                unused = recalled.add(target);
            }
            if (entry.reaction() != null) {
                unused = reactions.add(keyOf(target, append, entry.reaction()));
            }
        }

        boolean isNothing() {
            return targets.isEmpty();
        }
    }

    /// What was read of it: entries, reactions that are there, and the seqs of edits by their target.
    record Found(Map<Position, Entry> targets, Set<ReactionKey> reactions, Map<Position, Set<Long>> edits) {}

    /// For a batch that changes no message.
    static final Revisions NONE = new Revisions();

    private final boolean isActive;
    private final Map<Position, Entry> current;
    private final Set<ReactionKey> reacted;
    private final Map<Position, Set<Long>> edits;
    private final Set<Position> changed = new LinkedHashSet<>();
    private final Map<ReactionKey, Boolean> reactions = new LinkedHashMap<>();
    private final Set<Position> newEdits = new LinkedHashSet<>();
    private final List<Entry> recalled = new ArrayList<>();

    private Revisions() {
        this.isActive = false;
        this.current = Map.of();
        this.reacted = Set.of();
        this.edits = Map.of();
    }

    Revisions(Found found) {
        this.isActive = true;
        this.current = new HashMap<>(found.targets());
        this.reacted = new HashSet<>(found.reactions());
        this.edits = new HashMap<>();
        found.edits().forEach((target, seqs) -> edits.put(target, new LinkedHashSet<>(seqs)));
    }

    static ReactionKey keyOf(Position target, Append append, NewEntry.Reaction reaction) {
        return new ReactionKey(target, append.author().value(), reaction.emoji());
    }

    /// The current state of the entry at `position`, null when there is none.
    @Nullable
    Entry current(Position position) {
        return current.get(position);
    }

    boolean hasReacted(ReactionKey key) {
        return reacted.contains(key);
    }

    /// Takes in `entry`, which got its number, made of `from`. Returns the message that it recalls, as
    /// it was before.
    @Nullable
    Entry take(Entry entry, NewEntry from) {
        if (!isActive) {
            return null;
        }
        Entry unused = current.put(Position.of(entry), entry);
        return switch (entry.kind()) {
            case EDIT -> edit(entry, messageOf(entry));
            case RECALL -> recall(entry);
            case REACTION -> react(entry, messageOf(entry), Objects.requireNonNull(from.reaction()));
            case MESSAGE, MEMBER, TITLE -> null;
        };
    }

    private Entry messageOf(Entry entry) {
        Entry message = current.get(Position.targetOf(entry));
        if (message == null || message.kind() != EntryKind.MESSAGE || message.isRecalled()) {
            throw new IllegalStateException("an entry was admitted to change what is no message");
        }
        return message;
    }

    private @Nullable Entry edit(Entry edit, Entry message) {
        Position target = Position.of(message);
        Revision before = message.revision();
        change(message.revised(edit.body(), new Revision(edit.seq(), before.edits() + 1, false, before.reactions())));
        boolean unused =
                edits.computeIfAbsent(target, key -> new LinkedHashSet<>()).add(edit.seq());
        unused = newEdits.add(Position.of(edit));
        return null;
    }

    private @Nullable Entry recall(Entry entry) {
        Entry asked = current.get(Position.targetOf(entry));
        if (asked != null && asked.kind() == EntryKind.REACTION) {
            // Its reaction was taken away before; here goes what the entry says of it.
            change(asked.erased());
            return null;
        }
        return recallMessage(messageOf(entry));
    }

    private Entry recallMessage(Entry message) {
        Position target = Position.of(message);
        change(message.erased());
        for (long seq : edits.getOrDefault(target, Set.of())) {
            Position edit = new Position(target.conversation(), seq);
            Entry unused = current.computeIfPresent(edit, (key, entry) -> entry.erased());
        }
        reactions.keySet().removeIf(key -> key.target().equals(target));
        newEdits.removeIf(edit -> edits.getOrDefault(target, Set.of()).contains(edit.seq())
                && edit.conversation() == target.conversation());
        recalled.add(message);
        return message;
    }

    private @Nullable Entry react(Entry entry, Entry message, NewEntry.Reaction reaction) {
        ReactionKey key = new ReactionKey(Position.of(message), entry.author().value(), reaction.emoji());
        if (reaction.on() == reacted.contains(key)) {
            throw new IllegalStateException("a reaction was admitted that changes nothing");
        }
        boolean unused = reaction.on() ? reacted.add(key) : reacted.remove(key);
        Boolean unusedBefore = reactions.put(key, reaction.on());
        Revision before = message.revision();
        Map<String, Integer> counts = new LinkedHashMap<>(before.reactions());
        Integer unusedCount = counts.merge(reaction.emoji(), reaction.on() ? 1 : -1, (one, other) -> one + other);
        boolean unusedGone = counts.values().removeIf(count -> count <= 0);
        change(message.revised(message.body(), new Revision(before.edited(), before.edits(), false, counts)));
        return null;
    }

    private void change(Entry now) {
        Entry unused = current.put(Position.of(now), now);
        boolean unusedNew = changed.add(Position.of(now));
    }

    /// `entries` of this batch as they are at its end.
    List<Entry> now(List<Entry> entries) {
        return isActive
                ? entries.stream()
                        .map(entry -> current.getOrDefault(Position.of(entry), entry))
                        .toList()
                : entries;
    }

    boolean changesNothing() {
        return changed.isEmpty();
    }

    /// The messages, and entries of reactions, that were changed, as they are now.
    List<Entry> changed() {
        return changed.stream()
                .map(position -> Objects.requireNonNull(current.get(position)))
                .toList();
    }

    /// The messages that were recalled, as they were before.
    List<Entry> recalled() {
        return recalled;
    }

    /// Where the edits of recalled messages stand.
    List<Position> erasedEdits() {
        List<Position> erased = new ArrayList<>();
        for (Entry message : recalled) {
            for (long seq : edits.getOrDefault(Position.of(message), Set.of())) {
                erased.add(new Position(message.conversation().value(), seq));
            }
        }
        return erased;
    }

    /// Edits of messages that were not recalled.
    List<Entry> newEdits() {
        return newEdits.stream()
                .map(position -> Objects.requireNonNull(current.get(position)))
                .toList();
    }

    /// The reactions that came (true) and went (false), of messages that were not recalled.
    Map<ReactionKey, Boolean> reactions() {
        return reactions;
    }
}
