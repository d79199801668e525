package parley.messaging.internal.member;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import parley.history.Admission;
import parley.history.Append;
import parley.history.Head;
import parley.history.NewEntry;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;
import parley.kernel.Dialect;
import parley.messaging.MemberChange.Change;
import parley.messaging.Role;
import parley.messaging.internal.member.MemberRows.Row;
import parley.messaging.internal.member.MemberRows.Subject;
import parley.messaging.internal.member.Rules.Action;

/// Authorises under the lock of the conversation's head, where members stand still: sends that were
/// authorised against another version of the members, and every change of a conversation or a message.
/// Thread-safe.
public final class MemberAdmission implements Admission {
    private static final Verdict NOTHING_TO_DO = new Verdict.Admitted(List.of());

    private final Dialect dialect;
    private final int membersMax;
    private final RevisionRules revisionRules;
    private final AtomicReference<Outdated> outdated = new AtomicReference<>((conversation, version) -> {});

    /// `membersMax`: most members of a group.
    public MemberAdmission(Dialect dialect, int membersMax, RevisionLimits revisions) {
        this.dialect = dialect;
        this.membersMax = membersMax;
        this.revisionRules = new RevisionRules(revisions);
    }

    /// Told that a send was authorised against members that are not those of `version`, so that the next
    /// one is not and costs the lane nothing. Must not block.
    public interface Outdated {
        void outdated(ConversationId conversation, long version);
    }

    /// Names who hears of it; until then nothing is appended, since only this module appends.
    public void onOutdated(Outdated listener) {
        outdated.set(listener);
    }

    /// The asking member and where it asks.
    private record Asked(
            Connection connection, Dialect dialect, ConversationId conversation, Subject subject, Row actor) {
        boolean isAllowed(Action action) {
            return Rules.allows(subject.kind(), actor.role(), action);
        }

        Optional<Row> member(AccountId account) throws SQLException {
            return MemberRows.member(connection, dialect, conversation, account);
        }

        /// The highest and oldest member beside the asking one.
        Optional<Row> highestOther() throws SQLException {
            return MemberRows.highestOther(connection, dialect, conversation, actor.account());
        }
    }

    @Override
    public Verdict admit(Connection connection, Head head, Append append) throws SQLException {
        if (!(append.intent() instanceof Intent intent)) {
            throw new IllegalStateException("an append of another module");
        }
        if (intent instanceof Intent.Found) {
            return new Verdict.Admitted(append.entries());
        }
        Optional<Row> actor = MemberRows.member(connection, dialect, append.conversation(), append.author());
        if (actor.isEmpty()) {
            return intent instanceof Intent.Forget ? NOTHING_TO_DO : Denied.NOT_A_MEMBER.verdict();
        }
        if (intent instanceof Intent.Send send) {
            outdated.get().outdated(append.conversation(), head.membersVersion());
            return admitSend(connection, append, send, actor.get());
        }
        Subject subject = MemberRows.subject(connection, append.conversation())
                .orElseThrow(() -> new IllegalStateException("members without a conversation"));
        return admitChange(new Asked(connection, dialect, append.conversation(), subject, actor.get()), intent);
    }

    private static Verdict admitSend(Connection connection, Append append, Intent.Send send, Row sender)
            throws SQLException {
        if (sender.isMuted()) {
            return Denied.MUTED.verdict();
        }
        if (send.replyTo() != 0 && send.replyTo() < sender.visibleFrom()) {
            return Denied.REPLY_OUT_OF_SIGHT.verdict();
        }
        List<AccountId> mentions = send.mentions();
        if (!mentions.isEmpty()
                && MemberRows.membersAmong(connection, append.conversation(), mentions)
                                .size()
                        < mentions.size()) {
            return Denied.MENTIONS_STRANGER.verdict();
        }
        return new Verdict.Admitted(append.entries());
    }

    @Override
    public Verdict admitRevision(Connection connection, Head head, Append append, Target target) throws SQLException {
        if (append.intent() instanceof Intent.Forget) {
            return RevisionRules.forget(append.author(), append.revision().orElseThrow(), target);
        }
        Optional<Row> actor = MemberRows.member(connection, dialect, append.conversation(), append.author());
        if (actor.isEmpty()) {
            return Denied.NOT_A_MEMBER.verdict();
        }
        Subject subject = MemberRows.subject(connection, append.conversation())
                .orElseThrow(() -> new IllegalStateException("members without a conversation"));
        return revisionRules.judge(
                subject.kind(), actor.get(), append.revision().orElseThrow(), target);
    }

    private Verdict admitChange(Asked asked, Intent intent) throws SQLException {
        return switch (intent) {
            case Intent.Rename rename -> rename(asked, rename.title());
            case Intent.Leave leave -> leave(asked);
            case Intent.Forget forget -> leaveAnyKind(asked);
            case Intent.Add add -> add(asked, add);
            case Intent.Remove remove -> remove(asked, remove.member());
            case Intent.Mute mute -> mute(asked, mute.member(), mute.until());
            case Intent.SetRole change -> setRole(asked, change.member(), change.role());
            case Intent.Revise revise -> throw new IllegalStateException("judged with its target");
            case Intent.Send send -> throw new IllegalStateException("a send is no change");
            case Intent.Found found -> throw new IllegalStateException("founding is no change");
        };
    }

    private static Verdict rename(Asked asked, String title) {
        if (!asked.isAllowed(Action.RENAME)) {
            return Denied.NOT_PERMITTED.verdict();
        }
        return asked.subject().title().equals(title) ? NOTHING_TO_DO : admitted(Drafts.title(title));
    }

    private static Verdict leave(Asked asked) throws SQLException {
        if (!asked.isAllowed(Action.LEAVE)) {
            return Denied.NOT_PERMITTED.verdict();
        }
        return leaveAnyKind(asked);
    }

    /// Also from a direct conversation, which nobody leaves whose account is there.
    private static Verdict leaveAnyKind(Asked asked) throws SQLException {
        Row leaving = asked.actor();
        NewEntry left = Drafts.member(leaving.account(), Change.LEFT, leaving.role());
        if (leaving.role() != Role.OWNER) {
            return admitted(left);
        }
        Optional<Row> heir = asked.highestOther();
        if (heir.isEmpty() || heir.get().role() == Role.OWNER) {
            return admitted(left);
        }
        return admitted(Drafts.member(heir.get().account(), Change.ROLE, Role.OWNER), left);
    }

    private Verdict add(Asked asked, Intent.Add add) throws SQLException {
        if (!asked.isAllowed(Action.ADD)) {
            return Denied.NOT_PERMITTED.verdict();
        }
        Set<AccountId> members = MemberRows.membersAmong(asked.connection(), asked.conversation(), add.accounts());
        if (!members.isEmpty()) {
            // Who was brought in by somebody they block, and does not know, is brought in by others anew.
            Set<AccountId> hidden = MemberRows.hiddenAmong(asked.connection(), asked.conversation(), members);
            hidden.removeAll(add.shunning());
            members.removeAll(hidden);
        }
        List<NewEntry> added = new ArrayList<>();
        for (AccountId account : add.accounts()) {
            if (members.add(account)) {
                added.add(Drafts.member(account, Change.ADDED, Role.MEMBER));
            }
        }
        if (!added.isEmpty()
                && MemberRows.count(asked.connection(), asked.conversation()) + added.size() > membersMax) {
            return Denied.LIMIT_REACHED.verdict();
        }
        return new Verdict.Admitted(added);
    }

    private static Verdict remove(Asked asked, AccountId account) throws SQLException {
        if (account.equals(asked.actor().account())) {
            return leave(asked);
        }
        Optional<Row> member = asked.member(account);
        // Without the right to remove anybody, nobody learns who is a member from the answer.
        Role target = member.map(Row::role).orElse(Role.MEMBER);
        if (!Rules.allowsRemoving(asked.subject().kind(), asked.actor().role(), target)) {
            return Denied.NOT_PERMITTED.verdict();
        }
        return member.isEmpty() ? NOTHING_TO_DO : admitted(Drafts.member(account, Change.REMOVED, target));
    }

    private static Verdict setRole(Asked asked, AccountId account, Role role) throws SQLException {
        if (!Rules.allowsRoles(asked.subject().kind(), asked.actor().role())) {
            return Denied.NOT_PERMITTED.verdict();
        }
        Optional<Row> member = asked.member(account);
        if (member.isEmpty()) {
            return Denied.NO_SUCH_ACCOUNT.verdict();
        }
        if (member.get().role() == role) {
            return NOTHING_TO_DO;
        }
        boolean stepsDown = account.equals(asked.actor().account());
        if (stepsDown
                && asked.highestOther()
                        .map(Row::role)
                        .filter(Role.OWNER::equals)
                        .isEmpty()) {
            return Denied.NOT_PERMITTED.verdict();
        }
        return admitted(Drafts.member(account, Change.ROLE, role));
    }

    private static Verdict mute(Asked asked, AccountId account, long until) throws SQLException {
        Optional<Row> member = asked.member(account);
        Role target = member.map(Row::role).orElse(Role.MEMBER);
        if (!Rules.allowsMuting(asked.subject().kind(), asked.actor().role(), target)) {
            return Denied.NOT_PERMITTED.verdict();
        }
        if (member.isEmpty()) {
            return Denied.NO_SUCH_ACCOUNT.verdict();
        }
        long before = member.get().isMuted() ? member.get().mutedUntil() : 0;
        long after = until > member.get().readAt() ? until : 0;
        return before == after ? NOTHING_TO_DO : admitted(Drafts.muted(account, target, after));
    }

    private static Verdict admitted(NewEntry... entries) {
        return new Verdict.Admitted(List.of(entries));
    }
}
