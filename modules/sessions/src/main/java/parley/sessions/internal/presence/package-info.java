/// Events that may be lost: who types, who is online, how far others have read. They are no entries, so
/// nothing here waits for or is waited for by what is durable. Everything is bounded: how often one
/// account is told of, how many events one session gets a second, how many the node sends, and what may
/// wait; the newest state replaces an older one that still waits.
///
/// Two halves. What happens on a node is noticed once, at its origin: [Attendance] (presence),
/// [TypingGate]. Each node tells its own sessions: [Teller], paced by [Pace]. Between the two, where
/// there are several nodes, stands [Elsewhere]: it passes each [Signal] to the other nodes and holds
/// what they pass, with [Everywhere] as what is known of who is online at which node. The sessions
/// themselves are in the cluster's registry: [Whereabouts].
///
/// Locks: [Presence], [Teller] and [Elsewhere] have one each, held for moments, never together, and
/// never over a statement or a session's lock.
@NullMarked
package parley.sessions.internal.presence;

import org.jspecify.annotations.NullMarked;
