package parley.messaging.internal.conversation;

/// Most members of a group, accounts named in one call, and conversations that an account may be in and
/// still create another. The last is judged before the commit, so calls at the same time may pass it by
/// a few.
public record MemberLimits(int membersMax, int membersPerCallMax, int conversationsMax) {}
