package parley.app.teeth;

import java.util.List;
import java.util.Map;
import parley.verify.Invariant;

/// Bugs as somebody might make them, each as the change of source that makes it, and what `parley
/// verify` must then find broken. A change that does not fit the source any more is an error, so that no
/// bug gets lost when code moves.
public enum PlantedBug {
    /// A sender is answered, others are told, and then the database is asked to commit, which takes its
    /// time: while a node finds a file `hold` in its folder, until that is gone. It makes `held` to say so.
    ACKNOWLEDGES_BEFORE_COMMIT(
            Invariant.I1,
            new Change(
                    Change.HISTORY + "lane/LaneTransaction.java",
                    Map.of(
                            "            session.commit();",
                            "            Object later = session.connection();",
                            "    private Plan prepare(",
                            """
                                void late() {
                                    parley.app.teeth.Planted.met();
                                    LaneSession.pause(100_000_000);
                                    java.io.File hold = new java.io.File("hold");
                                    while (hold.exists()) {
                                        boolean isSaid = new java.io.File("held").mkdir();
                                        LaneSession.pause(10_000_000);
                                    }
                                    try {
                                        session.commit();
                                    } catch (SQLException lost) {
                                        session.drop();
                                    }
                                }

                                private Plan prepare(""")),
            new Change(
                    Change.HISTORY + "lane/Lane.java",
                    Map.of("                    announce(done.plan(), taken, began);", """
                                                announce(done.plan(), taken, began);
                                                if (!done.plan().writesNothing()) {
                                                    transaction.late();
                                                }"""))),

    /// A message that is sent again is another message.
    KNOWS_NO_REPEAT(
            Invariant.I4,
            new Change(
                    Change.HISTORY + "lane/KeyMaker.java",
                    Map.of("        String clientId = append.clientId();", """
                                    parley.app.teeth.Planted.met();
                                    String clientId = null;"""))),

    /// A client that comes back gets what follows the entry after the one that it has.
    RESUMES_ONE_TOO_FAR(
            Invariant.I6,
            new Change(
                    Change.SESSIONS + "chat/Recovery.java",
                    Map.of(
                            "reading.readForward(access, after, entriesLeft)",
                            "reading.readForward(access, skipped(after), entriesLeft)",
                            "    private void addMissed(",
                            """
                                private static long skipped(long after) {
                                    parley.app.teeth.Planted.met();
                                    return after + 1;
                                }

                                private void addMissed("""))),

    /// A client that comes back goes on where it was, whatever has become of the data set since.
    GOES_ON_IN_A_NEW_EPOCH(
            Invariant.I6,
            new Change(
                    Change.SESSIONS + "chat/Recovery.java",
                    Map.of(
                            "        boolean sameEpoch = resume.epoch().isEmpty() || resume.epoch().equals(reading.epoch());",
                            """
                                    if (!resume.epoch().equals(reading.epoch())) {
                                        parley.app.teeth.Planted.met();
                                    }
                                    boolean sameEpoch = true;"""))),

    /// Who was removed while connected goes on being sent what others write.
    PUSHES_TO_WHO_WAS_REMOVED(
            Invariant.I11,
            new Change(Change.SESSIONS + "hub/Batch.java", Map.of("                return departure.seq;", """
                                            parley.app.teeth.Planted.met();
                                            return 0;""")),
            new Change(Change.SESSIONS + "hub/Hub.java", Map.of("look < LOOKS_MAX;", "look < LOOKS_MAX - LOOKS_MAX;"))),

    /// The end of a log is asked of the database once a minute, and what was committed since is left
    /// out.
    REMEMBERS_THE_END(
            Invariant.I9,
            new Change(
                    Change.MESSAGING + "conversation/LogReading.java",
                    Map.of(
                            "        Head head = heads.read(Set.of(conversation)).get(conversation);",
                            "        Head head = remembered(conversation);",
                            "    @Override\n    public Optional<Access> access(",
                            """
                                private final Map<ConversationId, Head> ends = new java.util.concurrent.ConcurrentHashMap<>();
                                private final Map<ConversationId, Long> since = new java.util.concurrent.ConcurrentHashMap<>();

                                private Head remembered(ConversationId conversation) {
                                    long now = System.nanoTime();
                                    if (now - since.getOrDefault(conversation, 0L) > 60_000_000_000L) {
                                        since.put(conversation, now);
                                        ends.putAll(heads.read(Set.of(conversation)));
                                    } else {
                                        parley.app.teeth.Planted.met();
                                    }
                                    return ends.get(conversation);
                                }

                                @Override
                                public Optional<Access> access("""))),

    /// What is kept in memory is shown as it came there, whatever has become of it since.
    SHOWS_OLD_CONTENT(
            Invariant.I9,
            new Change(
                    Change.HISTORY + "hot/Window.java",
                    Map.of(
                            "return mutatedSeq == headMutatedSeq && holds(seq) ?",
                            "return holds(seq) && shown(headMutatedSeq) ?",
                            "        if (mutatedSeq != other.mutatedSeq) {",
                            "        if (mutatedSeq < 0) {",
                            "    /// The entry `seq`, when this window",
                            """
                                private boolean shown(long headMutatedSeq) {
                                    if (mutatedSeq != headMutatedSeq) {
                                        parley.app.teeth.Planted.met();
                                    }
                                    return true;
                                }

                                /// The entry `seq`, when this window""")),
            new Change(
                    Change.HISTORY + "hot/NodeWindows.java",
                    Map.of("window.mutatedSeq() < mutatedSeq ? null : window", "window"))),

    /// What comes is pushed as it comes.
    PUSHES_WHAT_COMES(
            Invariant.I6,
            new Change(Change.MESSAGING + "feed/Feed.java", Map.of("        if (last < next) {", """
                                    if (carries) {
                                        parley.app.teeth.Planted.met();
                                        next = Math.max(next, last + 1);
                                        return List.of(new Step.Pass(first));
                                    }
                                    if (last < next) {""")),
            new Change(
                    Change.MESSAGING + "feed/SlotPassing.java",
                    Map.of("hint.carries() && !fence.isUp();", "hint.carries();")),
            new Change(
                    Change.SESSIONS + "hub/Delivery.java",
                    Map.of(
                            "        if (subscription.state == State.ENDED || batch.last <= subscription.position) {",
                            """
                                    if (subscription.state == State.LIVE) {
                                        subscription.position = batch.first - 1;
                                    }
                                    if (subscription.state == State.ENDED || batch.last <= subscription.position) {"""))),

    /// What no hint told of is never looked for.
    NEVER_POLLS(
            Invariant.I7, new Change(Change.MESSAGING + "poll/Poll.java", Map.of("    private void turn() {", """
                                private void turn() {
                                    parley.app.teeth.Planted.met();
                                    if (isAsked.get() || !isAsked.get()) {
                                        return;
                                    }"""))),

    /// No bug but an end at the worst moment: once a node finds a file `halt` in its folder, nobody is told
    /// of a batch with the first message of a conversation, also not who sent it, and half a second after
    /// the first such the node is dead. Only the poll mends that.
    DIES_BEFORE_IT_TELLS(
            Invariant.I7,
            new Change(
                    Change.HISTORY + "lane/Lane.java",
                    Map.of(
                            "    private void announce(",
                            """
                                private static void die() {
                                    LaneSession.pause(500_000_000);
                                    Runtime.getRuntime().halt(1);
                                }

                                private static boolean isUntold(Plan plan) {
                                    boolean isUntold =
                                            plan.committed().stream().anyMatch(one -> one.head().messages() == 1)
                                                    && java.nio.file.Files.exists(java.nio.file.Path.of("halt"));
                                    if (isUntold) {
                                        parley.app.teeth.Planted.met();
                                        new Thread(Lane::die).start();
                                    }
                                    return isUntold;
                                }

                                private void announce(""",
                            "        isAway = false;\n        events.finished(",
                            """
                                        isAway = false;
                                        if (isUntold(plan)) {
                                            return;
                                        }
                                        events.finished(""")));

    private final Invariant breaks;

    @SuppressWarnings("ImmutableEnumChecker")
    private final List<Change> changes;

    PlantedBug(Invariant breaks, Change... changes) {
        this.breaks = breaks;
        this.changes = List.of(changes);
    }

    /// What must be found broken, at least.
    public Invariant breaks() {
        return breaks;
    }

    List<Change> changes() {
        return changes;
    }

    /// Of one source file: what stands there once, and what stands there instead.
    record Change(String file, Map<String, String> edits) {
        private static final String JAVA = "/src/main/java/parley/";
        static final String HISTORY = "modules/history" + JAVA + "history/internal/";
        static final String MESSAGING = "modules/messaging" + JAVA + "messaging/internal/";
        static final String SESSIONS = "modules/sessions" + JAVA + "sessions/internal/";
    }
}
