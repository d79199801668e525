package parley.accounts.wiring;

import parley.accounts.Accounts;
import parley.accounts.Administration;
import parley.accounts.Tokens;

/// The module, made and running. `close` stops its threads; calls that are under way may fail then.
public interface AccountsModule extends AutoCloseable {
    Accounts accounts();

    Tokens tokens();

    Administration administration();

    @Override
    void close();
}
