package parley.history;

import parley.kernel.ConversationId;

/// The state of a conversation's log as one read saw it. `head` is the highest seq; `messages` the
/// number of messages up to it; `floor` the seq below which entries are no longer kept (0 = all are);
/// `membersVersion` grows by one with every append that changes members; `mutatedSeq` is the seq of the
/// last entry that changed an earlier one (0 = none did); `time` is the time of the entry `head`.
public record Head(
        ConversationId conversation,
        long head,
        long messages,
        long floor,
        long membersVersion,
        long mutatedSeq,
        long time) {}
