package parley.accounts;

import parley.kernel.SessionId;

/// What an operator tells one node and others must do, and how soon they do it.
///
/// Sign-outs, bans and deletions are rows in the database and so are the orders given here; every node
/// reads what is new each second ([Revocations], [Node]). [Node#tellOthers] and [#look] only make that
/// sooner: what is told may be lost, and need not be believed. Thread-safe.
public interface Orders {

    /// Ends a session wherever it is; nothing happens where there is none. Committed with its line in
    /// the audit table when this returns. Blocks for statements and throws [parley.kernel.Unavailable].
    void endSession(String actor, SessionId session);

    /// Drains the node of this name, if it runs now; one that starts later is not meant. As
    /// [#endSession].
    void drain(String actor, String node);

    /// Names the one that obeys; call it once. Until then, and so on a node that is alone, orders are
    /// not read.
    void obey(Node node);

    /// Reads soon what is new: at once, or a tenth of a second after the last time. Never blocks.
    void look();

    /// A port, implemented above. Each order is told once, not necessarily in order. Called on any
    /// thread; must not block and must not throw.
    interface Node {

        /// A sign-out, a ban or an order was committed here: nodes that [#look] now act at once.
        void tellOthers();

        /// Ends the session if it is here.
        void endSession(SessionId session);

        /// `name` shall drain.
        void drain(String name);
    }
}
