package parley.sessions.internal.hub;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import parley.history.Entry;
import parley.sessions.internal.protocol.message.Payload;

/// An entry as clients see it: the `data` of its publication, one JSON object in UTF-8 without a line
/// feed outside strings. Fields and their order are those of the protocol page: `seq`, `kind`, `author`,
/// `time`, then what the kind adds. A message's body is copied byte for byte.
public final class EntryJson {
    private static final byte[] EMPTY_OBJECT = {'{', '}'};

    private EntryJson() {}

    /// The rendered entry as a payload: without the body when its message was recalled by now, and to be
    /// taken back when it is recalled later.
    @SuppressWarnings("ReferenceEquality") // the same object says that nothing was recalled
    public static Payload payload(Entry entry, Recalls recalls) {
        if (entry.bodyOf() == 0 || entry.body().length == 0) {
            return Payload.json(render(entry));
        }
        int version = recalls.version();
        Entry now = recalls.now(entry);
        return now == entry
                ? Payload.json(render(entry), new EntryContent(recalls, entry, version))
                : Payload.json(render(now));
    }

    public static byte[] render(Entry entry) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(128 + entry.body().length + entry.detail().length);
        ascii(out, "{\"seq\":" + entry.seq());
        ascii(out, ",\"kind\":\"" + entry.kind().name().toLowerCase(Locale.ROOT));
        ascii(out, "\",\"author\":\"" + entry.author() + "\",\"time\":" + entry.time());
        switch (entry.kind()) {
            case MESSAGE -> message(out, entry);
            case EDIT, RECALL, REACTION -> revision(out, entry);
            case MEMBER, TITLE -> stated(out, entry.detail());
        }
        out.write('}');
        return out.toByteArray();
    }

    private static void message(ByteArrayOutputStream out, Entry entry) {
        if (entry.clientId() != null) {
            ascii(out, ",\"id\":");
            quoted(out, entry.clientId());
        }
        if (entry.isRecalled()) {
            ascii(out, ",\"recalled\":true");
            return;
        }
        ascii(out, ",\"body\":");
        out.writeBytes(entry.body());
        stated(out, entry.detail());
        if (entry.revision().edited() > 0) {
            ascii(out, ",\"edited\":" + entry.revision().edited());
        }
        if (!entry.revision().reactions().isEmpty()) {
            reactions(out, entry.revision().reactions());
        }
    }

    private static void reactions(ByteArrayOutputStream out, Map<String, Integer> reactions) {
        ascii(out, ",\"reactions\":{");
        boolean first = true;
        for (Map.Entry<String, Integer> reaction : reactions.entrySet()) {
            ascii(out, first ? "" : ",");
            quoted(out, reaction.getKey());
            ascii(out, ":" + reaction.getValue());
            first = false;
        }
        out.write('}');
    }

    /// An edit whose message was recalled has no body.
    private static void revision(ByteArrayOutputStream out, Entry entry) {
        ascii(out, ",\"target\":" + entry.target());
        if (entry.body().length > 0) {
            ascii(out, ",\"body\":");
            out.writeBytes(entry.body());
        }
        stated(out, entry.detail());
    }

    private static void quoted(ByteArrayOutputStream out, String text) {
        out.write('"');
        out.writeBytes(JsonStringEncoder.getInstance().quoteAsUTF8(text));
        out.write('"');
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
