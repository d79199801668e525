package parley.verify;

import java.util.List;
import java.util.function.Supplier;

/// Where the people of a run come from.
public interface People {
    /// `tokens`: one for each device, an access token that is good now whenever it is asked for.
    record Person(String account, List<Supplier<String>> tokens) {
        public Person {
            tokens = List.copyOf(tokens);
        }
    }

    /// Somebody with each number of `devices`. Blocks.
    List<Person> speakers(List<Integer> devices);

    /// Accounts that never sign in. Blocks.
    List<String> silent(int count);
}
