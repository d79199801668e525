package parley.verify;

/// What a server may do wrong, and the invariant that must say so. The first seventeen are the usual
/// ways to lose messages; the others are about what Parley adds to that.
enum Bug {
    LOSES_WHAT_WAS_ACKNOWLEDGED(Invariant.I1),
    DROPS_A_PUSH(Invariant.I6),
    PUSHES_TWICE(Invariant.I6),
    PUSHES_IN_THE_WRONG_ORDER(Invariant.I6),
    STORES_A_REPEAT(Invariant.I4),
    LEAVES_A_NUMBER_OUT(Invariant.I3),
    COUNTS_ONE_TOO_FEW(Invariant.I3),
    CHANGES_A_BODY(Invariant.I2),
    PUSHES_TO_THE_WRONG_CONVERSATION(Invariant.I2),
    PUSHES_TO_A_STRANGER(Invariant.I11),
    STORES_WHAT_IT_REFUSED(Invariant.I2),
    READS_A_STALE_CACHE(Invariant.I9),
    LEAVES_A_HOLE_IN_A_PAGE(Invariant.I7B),
    NUMBERS_AGAINST_TIME(Invariant.I8),
    INVENTS_A_MESSAGE(Invariant.I2),
    ROLLS_BACK_WHAT_IT_PUSHED(Invariant.I14),
    DOES_NOTHING(Invariant.I0),

    FORGETS_A_RECALL(Invariant.I1),
    SHOWS_A_MESSAGE_AS_IT_WAS(Invariant.I9),
    SHOWS_WHAT_WAS_RECALLED(Invariant.I9),
    MOVES_A_MARKER_BACK(Invariant.I12),
    COUNTS_UNREAD_WRONG(Invariant.I12),
    PUSHES_LATE(Invariant.I13),
    NEVER_PUSHES_THE_LAST(Invariant.I7),
    GOES_BACK_IN_TIME(Invariant.I10),
    LETS_A_REMOVED_MEMBER_READ(Invariant.I11),
    LETS_A_REMOVED_MEMBER_WRITE(Invariant.I11),
    LETS_A_MUTED_MEMBER_WRITE(Invariant.I11),
    SHOWS_NO_FAULT(Invariant.I0),
    KEEPS_A_REMOVED_MEMBER(Invariant.I3),
    RECALLS_BY_ITSELF(Invariant.I2),
    NUMBERS_A_PIPELINE_BACKWARDS(Invariant.I8),
    GIVES_TWO_ENTRIES_ONE_NUMBER(Invariant.I5),
    RESUMES_OVER_AN_EPOCH(Invariant.I6),
    SHOWS_ANOTHER_PAST(Invariant.I5),
    ENDS_A_BACKWARD_PAGE_EARLY(Invariant.I7B),
    SCROLLS_INTO_NOTHING(Invariant.I7B),
    RECALLS_BY_HALF(Invariant.I3),
    EDITS_BY_HALF(Invariant.I3),
    SHOWS_NOBODY_THE_END(Invariant.I7),
    LEAVES_A_CONVERSATION_OUT(Invariant.I12),
    IS_BUSY_EVER_AFTER(Invariant.I13),
    FORGETS_ONE_CONVERSATION(Invariant.I13),
    STALLS_UNTIL_IT_ENDS(Invariant.I13),
    BREAKS_A_FRAME(Invariant.I2);

    static final int CLASSIC = 17;

    final Invariant expected;

    Bug(Invariant expected) {
        this.expected = expected;
    }
}
