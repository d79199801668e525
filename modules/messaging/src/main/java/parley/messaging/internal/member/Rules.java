package parley.messaging.internal.member;

import parley.messaging.ConversationView.Kind;
import parley.messaging.Role;

/// Who may do what. Pure.
///
/// In a direct conversation both sides send, and that is all: nobody is added, nobody leaves. In a group
/// every member sends and leaves; owner and admin rename and add; an owner removes anybody and sets
/// roles, an admin removes those that are neither owner nor admin. Who is below is muted: by an owner
/// everybody else but owners, by an admin those that are neither. An owner or admin
/// recalls anybody's messages.
public final class Rules {
    private Rules() {}

    /// What a member may want to do without naming another member.
    public enum Action {
        SEND,
        RENAME,
        ADD,
        LEAVE
    }

    public static boolean allows(Kind kind, Role actor, Action action) {
        return switch (action) {
            case SEND -> true;
            case LEAVE -> kind == Kind.GROUP;
            case RENAME, ADD -> kind == Kind.GROUP && actor != Role.MEMBER;
        };
    }

    /// Whether `actor` may remove another member that has the role `target`.
    public static boolean allowsRemoving(Kind kind, Role actor, Role target) {
        return kind == Kind.GROUP
                && switch (actor) {
                    case OWNER -> true;
                    case ADMIN -> target == Role.MEMBER;
                    case MEMBER -> false;
                };
    }

    /// Whether `actor` may mute another member that has the role `target`.
    public static boolean allowsMuting(Kind kind, Role actor, Role target) {
        return target != Role.OWNER && allowsRemoving(kind, actor, target);
    }

    /// Whether `actor` may recall messages of others.
    public static boolean allowsRecalling(Kind kind, Role actor) {
        return kind == Kind.GROUP && actor != Role.MEMBER;
    }

    /// Whether `actor` may set anybody's role.
    public static boolean allowsRoles(Kind kind, Role actor) {
        return kind == Kind.GROUP && actor == Role.OWNER;
    }
}
