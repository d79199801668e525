package parley.verify;

import java.util.List;
import java.util.regex.Pattern;

/// The processes of an installation on this machine, for those who hurt them.
public interface Parts {
    /// What a process is.
    enum Kind {
        NODE("parley"),
        REDIS("redis"),
        DATABASE("mariadbd|mysqld"),
        NGINX("nginx");

        private final Pattern words;

        Kind(String words) {
            this.words = Pattern.compile(words);
        }

        /// Whether a process with this command line may be one: a number alone may be given out again.
        public boolean fits(String commandLine) {
            return words.matcher(commandLine).find();
        }
    }

    /// One of them, as it is now. `user` and `password` are those of Redis, and may be empty.
    record Part(Kind kind, String name, long pid, int port, String user, String password) {
        /// One without a user.
        public Part(Kind kind, String name, long pid, int port, String password) {
            this(kind, name, pid, port, "", password);
        }
    }

    /// All of a kind, always in the same order; one that was started again has another process id.
    List<Part> of(Kind kind);

    /// Starts one again that ended. Blocks until it was started, which may be before it is ready.
    Fault.Effect start(Part part);

    /// Has nginx read its configuration again.
    Fault.Effect reload(Part part);
}
