package parley.messaging;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import parley.accounts.Blocks;
import parley.accounts.Profile;
import parley.kernel.AccountId;

/// Blocks in memory, at most [#BLOCKED_MAX] of an account.
final class KnownBlocks implements Blocks {
    static final int BLOCKED_MAX = 5;

    private record Block(AccountId account, AccountId blocked) {}

    private final KnownPeople people;
    private final Set<Block> all = ConcurrentHashMap.newKeySet();

    KnownBlocks(KnownPeople people) {
        this.people = people;
    }

    @Override
    public BlockResult block(AccountId me, AccountId other) {
        if (people.profile(other).isEmpty()) {
            return new BlockResult.NoSuchAccount();
        }
        if (!blocks(me, other) && blocked(me, 0, 1_000).size() >= BLOCKED_MAX) {
            return new BlockResult.LimitReached(BLOCKED_MAX);
        }
        boolean unused = all.add(new Block(me, other));
        return new BlockResult.Blocked();
    }

    @Override
    public void unblock(AccountId me, AccountId other) {
        boolean unused = all.remove(new Block(me, other));
    }

    @Override
    public boolean blocks(AccountId me, AccountId other) {
        return all.contains(new Block(me, other));
    }

    @Override
    public Set<AccountId> blocking(AccountId whom, Collection<AccountId> among) {
        return among.stream().filter(one -> blocks(one, whom)).collect(Collectors.toSet());
    }

    @Override
    public List<Profile> blocked(AccountId me, long after, int limit) {
        return all.stream()
                .filter(block -> block.account().equals(me) && block.blocked().value() > after)
                .map(Block::blocked)
                .sorted()
                .limit(limit)
                .map(account -> people.profile(account).orElseThrow())
                .toList();
    }
}
