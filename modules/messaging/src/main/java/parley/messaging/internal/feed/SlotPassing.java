package parley.messaging.internal.feed;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import parley.history.Entry;
import parley.kernel.ConversationId;
import parley.messaging.MemberChange;

/// Does what a slot's [Feed] says about what has gathered: passes on what hints carry, and reads from
/// the log what they do not. For any number of slots at once, one worker for each; blocks.
final class SlotPassing {
    private final LogReader log;
    private final Fence fence;
    private final LocalFeeds.MembersChanged membersChanged;
    private final FeedMetrics metrics;
    private final BooleanSupplier open;
    private final AtomicLong polledGaps = new AtomicLong();

    SlotPassing(
            LogReader log,
            Fence fence,
            LocalFeeds.MembersChanged membersChanged,
            FeedMetrics metrics,
            BooleanSupplier open) {
        this.log = log;
        this.fence = fence;
        this.membersChanged = membersChanged;
        this.metrics = metrics;
        this.open = open;
    }

    /// Conversations of which a poll found what no hint had told, since the start.
    long polledGaps() {
        return polledGaps.get();
    }

    /// What gathered of contiguous hints goes on as one run, so that it costs its receivers once.
    void passOn(ConversationId conversation, Slot slot, FeedPass pass, Slot.Work work) {
        Run run = new Run(slot, pass);
        for (Hint.Committed hint : work.hints()) {
            // What a hint carries may have been recalled while this node stood still; the log knows.
            boolean carries = hint.carries() && !fence.isUp();
            List<Hint.Joined> late = pass.late(hint, slot.feed.next());
            for (Feed.Step step : slot.feed.offer(hint.first(), hint.last(), carries)) {
                switch (step) {
                    case Feed.Step.Fill gap -> {
                        run.end();
                        fill(conversation, slot, pass, List.of(gap));
                    }
                    case Feed.Step.Pass(long from) -> run.add(hint, (int) (from - hint.first()));
                }
            }
            if (!late.isEmpty()) {
                run.end();
                pass.takeIn(hint, late);
            }
        }
        run.end();
        Slot.Missing missing = work.missing();
        if (missing.to() != 0) {
            fill(conversation, slot, pass, slot.feed.offer(missing.from(), missing.to(), false));
        }
        if (missing.reached() != 0) {
            fill(conversation, slot, pass, slot.feed.reached(missing.lowest()));
            fill(conversation, slot, pass, slot.feed.reached(missing.reached()));
        }
        if (missing.polled() != 0) {
            List<Feed.Step> steps = slot.feed.polled(missing.polled());
            if (!steps.isEmpty() && steps.getFirst() instanceof Feed.Step.Fill(long from, long to)) {
                long unused = polledGaps.incrementAndGet();
                metrics.polled(to - from + 1);
            }
            fill(conversation, slot, pass, steps);
        }
    }

    /// Entries that go on together. Whatever [Feed] says to pass follows on what it said before, unless
    /// a gap is filled in between.
    private static final class Run {
        private final Slot slot;
        private final FeedPass pass;
        private final List<Entry> entries = new ArrayList<>();
        private final List<Hint.Joined> joined = new ArrayList<>();

        Run(Slot slot, FeedPass pass) {
            this.slot = slot;
            this.pass = pass;
        }

        void add(Hint.Committed hint, int from) {
            entries.addAll(hint.entries().subList(from, hint.entries().size()));
            joined.addAll(hint.added());
        }

        void end() {
            if (!entries.isEmpty()) {
                pass.pass(slot, entries, joined);
                entries.clear();
                joined.clear();
            }
        }
    }

    private void fill(ConversationId conversation, Slot slot, FeedPass pass, List<Feed.Step> steps) {
        for (Feed.Step step : steps) {
            if (step instanceof Feed.Step.Fill(long from, long to) && from <= to) {
                metrics.gap();
                boolean wasFollowed = slot.isFollowed();
                long end = log.read(
                        conversation,
                        from,
                        to,
                        () -> open.getAsBoolean() && (slot.isFollowed() || !wasFollowed),
                        entries -> {
                            pass.recalled(entries);
                            learn(entries);
                            pass.pass(slot, entries, pass.joined(entries));
                        });
                if (end < to) {
                    slot.feed.restart(end);
                }
            }
        }
    }

    /// What a hint would have told beside the entries: it comes before they are passed on, and before
    /// anybody asks who is connected.
    private void learn(List<Entry> entries) {
        for (Entry entry : entries) {
            MemberChange.of(entry).ifPresent(change -> membersChanged.changed(entry.conversation(), change.account()));
        }
    }
}
