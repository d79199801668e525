package parley.app.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What is to be made: accounts, and groups of `members` of them each, spread evenly, so that each
/// account is in conversations x members / accounts of them. Pure.
public record BenchPlan(int accounts, int conversations, int members, Duration tokensLive) {
    public BenchPlan {
        require(accounts >= 1 && accounts <= 10_000_000, "--accounts must be 1 to 10000000, not " + accounts);
        require(
                conversations >= 0 && conversations <= 10_000_000,
                "--conversations must be 0 to 10000000, not " + conversations);
        require(members >= 1 && members <= 10_000, "--members must be 1 to 10000, not " + members);
        require(members <= accounts, "--members must be at most --accounts, " + accounts + ", not " + members);
        require(
                tokensLive.compareTo(Duration.ofSeconds(10)) >= 0 && tokensLive.compareTo(Duration.ofHours(24)) <= 0,
                "--tokens-live must be 10s to 24h, not " + tokensLive);
        long each = Math.ceilDiv((long) conversations * members, accounts);
        require(each <= 2_000, "an account would be in " + each + " conversations; 2000 is the most");
    }

    /// The accounts of conversation `number`, by index; its creator first.
    List<Integer> membersOf(int number) {
        List<Integer> all = new ArrayList<>(members);
        long first = (long) number * members;
        for (int i = 0; i < members; i++) {
            all.add((int) ((first + i) % accounts));
        }
        return all;
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new IllegalArgumentException(sentence);
        }
    }
}
