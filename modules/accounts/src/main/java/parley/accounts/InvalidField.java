package parley.accounts;

import org.jspecify.annotations.Nullable;

/// Why an input was refused: the field (`handle`), its rule in plain words with the bounds (`3 to 32 of
/// a-z 0-9 _ .`), and the offending value as it was given, null where it is secret or too long to
/// repeat.
public record InvalidField(
        String field, String rule, @Nullable String value) {}
