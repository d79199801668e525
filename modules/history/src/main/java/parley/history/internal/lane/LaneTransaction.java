package parley.history.internal.lane;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import parley.history.Admission;
import parley.history.Append;
import parley.history.Entry;
import parley.history.Head;
import parley.history.Projection;

/// One batch, one transaction: heads locked in ascending order, keys looked up, numbers given, rows
/// written, projection run, heads advanced, committed. Used by the lane's thread alone.
final class LaneTransaction {
    private static final Logger LOG = System.getLogger(LaneTransaction.class.getName());

    private final LaneSession session;
    private final Admission admission;
    private final Projection projection;
    private final RevisionRows rows;
    private final Witness witness;
    private final boolean alwaysLooks;

    /// `alwaysLooks`: looks after the epoch also while nothing was ever appended here.
    LaneTransaction(
            LaneSession session, Admission admission, Projection projection, Witness witness, boolean alwaysLooks) {
        this.alwaysLooks = alwaysLooks;
        this.session = session;
        this.witness = witness;
        this.admission = admission;
        this.projection = projection;
        this.rows = new RevisionRows(session);
    }

    /// How an attempt ended.
    sealed interface Attempt {
        /// Committed and durable, or rightly nothing to write.
        record Done(Plan plan) implements Attempt {}

        /// Nothing of it happened.
        record NotDone(Fault fault, Throwable cause) implements Attempt {}

        /// The commit was asked for and its outcome is not known; `batch` finds it.
        record InDoubt(Plan plan, long batch, Throwable cause) implements Attempt {}
    }

    /// Opens the connection where there is none and holds the server against what is known: null when
    /// [#run] may follow, which nothing of has happened yet.
    Attempt.@Nullable NotDone open() {
        try {
            witness.testify(session.connection());
            return null;
        } catch (SQLException | RuntimeException | Error thrown) {
            return notDone(thrown);
        }
    }

    /// Runs it on the connection that is open.
    Attempt run(List<Item> items) {
        long batch = ThreadLocalRandom.current().nextLong();
        Plan plan;
        try {
            plan = prepare(items, batch);
        } catch (SQLException | RuntimeException | Error thrown) {
            return notDone(thrown);
        }
        if (plan.writesNothing()) {
            session.rollBack();
            return new Attempt.Done(plan);
        }
        try {
            session.commit();
            witness.remember(plan);
            return new Attempt.Done(plan);
        } catch (SQLException | RuntimeException | Error thrown) {
            if (Fault.of(session.dialect(), thrown) == Fault.RETRY) {
                return notDone(thrown);
            }
            session.drop();
            return new Attempt.InDoubt(plan, batch, thrown);
        }
    }

    private Plan prepare(List<Item> items, long batch) throws SQLException {
        LaneSession.Heads heads = lock(items);
        Map<SentKey, SentRow> known = session.known(clientKeys(items));
        Revisions revisions = rows.read(Revisions.Wanted.of(items));
        BatchPlanner planner =
                new BatchPlanner(heads.byConversation(), known, heads.nowMillis(), revisions, admitter());
        Plan plan = planner.plan(items);
        if (!plan.writesNothing()) {
            write(plan, batch, revisions);
        }
        return plan;
    }

    private BatchPlanner.Admitter admitter() {
        return new BatchPlanner.Admitter() {
            @Override
            public Admission.Verdict admit(Head head, Append append) throws SQLException {
                return admission.admit(session.connection(), head, append);
            }

            @Override
            public Admission.Verdict admitRevision(Head head, Append append, Admission.Target target)
                    throws SQLException {
                return admission.admitRevision(session.connection(), head, append, target);
            }
        };
    }

    /// The heads of all conversations of `items`, locked; those of a first append exist afterwards.
    private LaneSession.Heads lock(List<Item> items) throws SQLException {
        TreeSet<Long> all = new TreeSet<>();
        TreeSet<Long> missing = new TreeSet<>();
        for (Item item : items) {
            all.add(item.conversation());
            if (item.append().first()) {
                missing.add(item.conversation());
            }
        }
        LaneSession.Heads found = session.lockHeads(List.copyOf(all));
        missing.removeAll(found.byConversation().keySet());
        if (missing.isEmpty()) {
            return found;
        }
        session.createHeads(missing);
        LaneSession.Heads made = session.lockHeads(List.copyOf(missing));
        Map<Long, Head> heads = new HashMap<>(found.byConversation());
        heads.putAll(made.byConversation());
        return new LaneSession.Heads(heads, Math.max(found.nowMillis(), made.nowMillis()));
    }

    private static List<SentKey> clientKeys(List<Item> items) {
        Set<SentKey> keys = new HashSet<>();
        for (Item item : items) {
            if (!item.key().isInternal()) {
                keys.add(item.key());
            }
        }
        return new ArrayList<>(keys);
    }

    private void write(Plan plan, long batch, Revisions revisions) throws SQLException {
        List<Entry> entries = new ArrayList<>();
        for (Plan.Written written : plan.written()) {
            entries.addAll(written.committed().entries());
        }
        session.insertEntries(entries);
        session.insertSent(plan.written(), batch);
        rows.write(revisions);
        projection.project(session.connection(), plan.committed());
        session.updateHeads(plan.heads());
    }

    /// Nothing waits: sees to it that the session lives, and whether the database still holds what it held.
    void idle() {
        session.keepAlive();
        if (!alwaysLooks && !session.isOpen() && !witness.isNeeded()) {
            return;
        }
        try {
            witness.testify(session.connection());
            session.rollBack();
        } catch (SQLException | RuntimeException away) {
            LOG.log(Level.DEBUG, "an idle writer lane could not look at the database", away);
            session.drop();
        }
    }

    private Attempt.NotDone notDone(Throwable thrown) {
        Fault fault = Fault.of(session.dialect(), thrown);
        if (fault == Fault.LOST) {
            session.drop();
        } else {
            session.rollBack();
        }
        return new Attempt.NotDone(fault, thrown);
    }

    /// Whether the transaction `batch` was committed. Its locks on the head are waited for, so a commit
    /// that the server is still working on is over when this answers. Throws when it cannot be told yet.
    boolean isCommitted(Plan plan, long batch) throws SQLException {
        try {
            SentKey key = plan.written().getFirst().item().key();
            LaneSession.Heads unused = session.lockHeads(List.of(key.conversation()));
            @Nullable SentRow row = session.known(List.of(key)).get(key);
            session.rollBack();
            if (row == null || row.batch() != batch) {
                return false;
            }
            session.makeDurable();
            witness.remember(plan);
            return true;
        } catch (SQLException thrown) {
            session.drop();
            throw thrown;
        }
    }
}
