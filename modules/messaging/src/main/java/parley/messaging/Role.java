package parley.messaging;

import java.util.Locale;
import java.util.Optional;

/// What a member may do; in a direct conversation both are [#MEMBER]. The code is stored and never
/// changes its meaning.
public enum Role {
    OWNER(1),
    ADMIN(2),
    MEMBER(3);

    private final int code;
    private final String text = name().toLowerCase(Locale.ROOT);

    Role(int code) {
        this.code = code;
    }

    /// The number that the tables hold.
    public int code() {
        return code;
    }

    /// As on the wire: `owner`, `admin`, `member`.
    public String text() {
        return text;
    }

    /// The role that `text` names on the wire. Empty for anything else.
    public static Optional<Role> parse(String text) {
        for (Role role : values()) {
            if (role.text.equals(text)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }

    public static Role of(int code) {
        for (Role role : values()) {
            if (role.code == code) {
                return role;
            }
        }
        throw new IllegalStateException("no role has the code " + code);
    }
}
