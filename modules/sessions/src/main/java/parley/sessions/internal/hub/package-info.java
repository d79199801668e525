/// This node's sessions and what they follow. Entries of a conversation come in from its feed, in order,
/// and go to every session that follows it; a session that misses one is fed from the log until it is
/// level.
///
/// Locks: a session's lock may be taken while no other is held, except inside the map operations of
/// [Hub], which take a [Followers] lock; nothing is called under a session's lock but its own way out,
/// which never blocks.
@NullMarked
package parley.sessions.internal.hub;

import org.jspecify.annotations.NullMarked;
