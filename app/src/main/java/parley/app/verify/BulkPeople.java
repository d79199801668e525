package parley.app.verify;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import parley.accounts.Administration;
import parley.accounts.Administration.NewAccount;
import parley.accounts.Profile;
import parley.accounts.Tokens;
import parley.accounts.Tokens.Issued;
import parley.app.bench.BenchPeople;
import parley.kernel.AccountId;
import parley.kernel.Database;
import parley.verify.People;

/// Makes accounts in the database itself, and removes them with all they did. Used by one thread.
public final class BulkPeople implements People {
    private static final String ACTOR = "verify";
    private static final String BATCHES = "verify.";

    private final Administration administration;
    private final Tokens tokens;
    private final Duration live;
    private final String batch = BATCHES + Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
    private int made;

    /// Tokens are good for `live`.
    public BulkPeople(Administration administration, Tokens tokens, Duration live) {
        this.administration = administration;
        this.tokens = tokens;
        this.live = live;
    }

    @Override
    public List<Person> speakers(List<Integer> devices) {
        List<AccountId> accounts = accounts(devices.size());
        int most = devices.stream().mapToInt(Integer::intValue).max().orElse(0);
        List<List<Supplier<String>>> all = new ArrayList<>();
        accounts.forEach(none -> all.add(new ArrayList<>()));
        for (int device = 0; device < most; device++) {
            List<Issued> issued = tokens.issueFor(accounts, "verify " + device, live);
            for (int i = 0; i < accounts.size(); i++) {
                if (device < devices.get(i)) {
                    String token = issued.get(i).accessToken().reveal();
                    all.get(i).add(() -> token);
                }
            }
        }
        List<Person> people = new ArrayList<>();
        for (int i = 0; i < accounts.size(); i++) {
            people.add(new Person(accounts.get(i).toString(), all.get(i)));
        }
        return people;
    }

    @Override
    public List<String> silent(int count) {
        return accounts(count).stream().map(AccountId::toString).toList();
    }

    private List<AccountId> accounts(int count) {
        List<NewAccount> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(new NewAccount(batch + "." + made++, "Verify " + made));
        }
        return all.isEmpty()
                ? List.of()
                : administration.createBatch(ACTOR, batch, all).stream()
                        .map(Profile::id)
                        .toList();
    }

    /// Removes all that this one made, and the conversations that they founded.
    public int remove(Database database) {
        return BenchPeople.remove(administration, database, batch);
    }

    /// The same for all that any run made, those that go on included.
    public static int removeAll(Administration administration, Database database) {
        return administration.batches().stream()
                .filter(batch -> batch.startsWith(BATCHES))
                .mapToInt(batch -> BenchPeople.remove(administration, database, batch))
                .sum();
    }
}
