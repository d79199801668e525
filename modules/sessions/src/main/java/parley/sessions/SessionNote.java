package parley.sessions;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import parley.kernel.AccountId;
import parley.kernel.DeviceId;
import parley.kernel.SessionId;

/// What a node notes of a session for the others: what an operator sees of it, and the client id of its
/// connection. As text it has at most 400 characters.
public record SessionNote(SessionView view, String client) {
    private static final String SEPARATOR = "\n";
    private static final int FIELDS = 6;
    private static final int ADDRESS_CHARS_MAX = 64;

    /// The session id and the account are not part of it: whoever has the text has them.
    public String text() {
        return String.join(
                SEPARATOR,
                client,
                view.device().toString(),
                Long.toString(view.since().toEpochMilli()),
                line(view.address(), ADDRESS_CHARS_MAX),
                line(view.clientName(), SessionView.CLIENT_TEXT_CHARS_MAX),
                line(view.clientVersion(), SessionView.CLIENT_TEXT_CHARS_MAX));
    }

    /// Empty for what this version cannot read; what a later one added is passed over.
    public static Optional<SessionNote> parse(AccountId account, long session, String text) {
        String[] fields = text.split(SEPARATOR, -1);
        if (fields.length < FIELDS || session <= 0) {
            return Optional.empty();
        }
        try {
            Instant since = Instant.ofEpochMilli(Long.parseLong(fields[2]));
            return DeviceId.parse(fields[1])
                    .map(device -> new SessionView(
                            new SessionId(session), account, device, fields[3], fields[4], fields[5], since))
                    .map(view -> new SessionNote(view, fields[0]));
        } catch (NumberFormatException | DateTimeException unreadable) {
            return Optional.empty();
        }
    }

    private static String line(String text, int charactersMax) {
        String one = text.replace('\n', ' ');
        return one.length() <= charactersMax ? one : one.substring(0, charactersMax);
    }
}
