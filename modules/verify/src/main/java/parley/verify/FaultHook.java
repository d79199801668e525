package parley.verify;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A fault that the operator does and undoes by commands for the shell. `hold` is the time between the two,
/// from the end of the first.
public record FaultHook(String name, String on, String off, Duration hold) {
    /// Longer than TCP bridges without anybody noticing.
    public static final Duration USUAL_HOLD = Duration.ofSeconds(10);

    private static final String TIME = "([0-9]{1,5})(ms|s|m)";
    private static final Pattern HELD = Pattern.compile("(?s)(.*)::" + TIME);

    /// From `NAME=ON_COMMAND::OFF_COMMAND` or `NAME=ON_COMMAND::OFF_COMMAND::TIME`, where the time is such as
    /// `30s`, `500ms` or `2m`; an [IllegalArgumentException] says what is wrong.
    public static FaultHook parse(String text) {
        Matcher held = HELD.matcher(text);
        if (held.matches() && held.group(1).contains("::")) {
            long count = Long.parseLong(held.group(2));
            Duration hold = switch (held.group(3)) {
                case "ms" -> Duration.ofMillis(count);
                case "s" -> Duration.ofSeconds(count);
                default -> Duration.ofMinutes(count);
            };
            return parse(held.group(1), hold);
        }
        return parse(text, USUAL_HOLD);
    }

    private static FaultHook parse(String text, Duration hold) {
        int equal = text.indexOf('=');
        int colons = text.indexOf("::");
        if (equal < 1
                || colons < equal + 2
                || colons + 2 >= text.length()
                || text.substring(colons + 2).matches(TIME)) {
            throw new IllegalArgumentException(
                    "a hook is NAME=ON_COMMAND::OFF_COMMAND or NAME=ON_COMMAND::OFF_COMMAND::TIME, not '" + text + "'");
        }
        return new FaultHook(
                text.substring(0, equal), text.substring(equal + 1, colons), text.substring(colons + 2), hold);
    }
}
