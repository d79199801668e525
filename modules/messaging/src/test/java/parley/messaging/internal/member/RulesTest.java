package parley.messaging.internal.member;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import parley.messaging.ConversationView.Kind;
import parley.messaging.Role;
import parley.messaging.internal.member.Rules.Action;

/// The whole table of rights.
final class RulesTest {
    private static final Map<Role, Set<Action>> GROUP = Map.of(
            Role.OWNER, Set.of(Action.SEND, Action.RENAME, Action.ADD, Action.LEAVE),
            Role.ADMIN, Set.of(Action.SEND, Action.RENAME, Action.ADD, Action.LEAVE),
            Role.MEMBER, Set.of(Action.SEND, Action.LEAVE));

    private static final Map<Role, Set<Role>> REMOVES = Map.of(
            Role.OWNER, Set.of(Role.OWNER, Role.ADMIN, Role.MEMBER),
            Role.ADMIN, Set.of(Role.MEMBER),
            Role.MEMBER, Set.of());

    @Test
    void aGroupKeepsToTheTable() {
        // Contract: every member sends; owner and admin add, remove, rename; owner sets roles.
        for (Role role : Role.values()) {
            for (Action action : Action.values()) {
                assertEquals(
                        GROUP.getOrDefault(role, Set.of()).contains(action),
                        Rules.allows(Kind.GROUP, role, action),
                        role + " " + action);
            }
            for (Role target : Role.values()) {
                assertEquals(
                        REMOVES.getOrDefault(role, Set.of()).contains(target),
                        Rules.allowsRemoving(Kind.GROUP, role, target),
                        role + " removes " + target);
            }
            assertEquals(role == Role.OWNER, Rules.allowsRoles(Kind.GROUP, role));
        }
    }

    @Test
    void inADirectConversationBothSendAndThatIsAll() {
        // Contract: direct: both may send, nobody is added.
        for (Role role : Role.values()) {
            for (Action action : Action.values()) {
                assertEquals(action == Action.SEND, Rules.allows(Kind.DIRECT, role, action), role + " " + action);
            }
            for (Role target : Role.values()) {
                assertEquals(false, Rules.allowsRemoving(Kind.DIRECT, role, target));
            }
            assertEquals(false, Rules.allowsRoles(Kind.DIRECT, role));
        }
    }
}
