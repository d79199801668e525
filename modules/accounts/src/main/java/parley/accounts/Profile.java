package parley.accounts;

import parley.kernel.AccountId;

/// What others may know of an account. `handle` never changes; `displayName` is 1 to 64 characters of
/// any text without control characters: whoever shows it escapes it.
public record Profile(AccountId id, String handle, String displayName) {}
