package parley.sessions.internal.hub;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import parley.history.Entry;
import parley.history.EntryKind;

/// An entry as clients see it: the `data` of its publication, one JSON object in UTF-8 without a line
/// feed outside strings. Fields and their order are those of the protocol page: `seq`, `kind`, `author`,
/// `time`, then what the kind adds. A message's body is copied byte for byte.
public final class EntryJson {
    private static final byte[] EMPTY_OBJECT = {'{', '}'};

    private EntryJson() {}

    public static byte[] render(Entry entry) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(128 + entry.body().length + entry.detail().length);
        ascii(out, "{\"seq\":" + entry.seq());
        ascii(out, ",\"kind\":\"" + entry.kind().name().toLowerCase(Locale.ROOT));
        ascii(out, "\",\"author\":\"" + entry.author() + "\",\"time\":" + entry.time());
        if (entry.kind() == EntryKind.MESSAGE) {
            message(out, entry);
        } else {
            stated(out, entry.detail());
        }
        out.write('}');
        return out.toByteArray();
    }

    private static void message(ByteArrayOutputStream out, Entry entry) {
        String id = entry.clientId();
        if (id != null) {
            ascii(out, ",\"id\":\"");
            out.writeBytes(JsonStringEncoder.getInstance().quoteAsUTF8(id));
            out.write('"');
        }
        ascii(out, ",\"body\":");
        out.writeBytes(entry.body());
        stated(out, entry.detail());
    }

    /// The detail is an object of ours: its members go into the entry's object.
    private static void stated(ByteArrayOutputStream out, byte[] detail) {
        if (detail.length > EMPTY_OBJECT.length) {
            out.write(',');
            out.write(detail, 1, detail.length - EMPTY_OBJECT.length);
        }
    }

    private static void ascii(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
