/// Events that may be lost: who types, who is online, how far others have read. They are no entries, so
/// nothing here waits for or is waited for by what is durable. Everything is bounded: how often one
/// account is told of, how many events one session gets a second, how many the node sends, and what may
/// wait; the newest state replaces an older one that still waits.
///
/// Two halves. What happens on a node becomes a [Signal] once, at its origin: [Attendance] (presence),
/// [TypingGate]. Each node passes signals on to its own sessions: [Teller], paced by [Pace]. Between the
/// two stands [Signals].
///
/// Locks: [Presence] and [Teller] have one each, held for moments, never together, and never over a
/// statement or a session's lock.
@NullMarked
package parley.sessions.internal.presence;

import org.jspecify.annotations.NullMarked;
