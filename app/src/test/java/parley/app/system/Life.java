package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/// What a person leaves behind: in a group of their own, in a direct conversation, and in a group that
/// they left. `foreign` is the seq of somebody else's message in the first.
record Life(String group, String direct, String left, int foreign) {
    /// In everything that the person wrote.
    static final String MARK = "mkq7zj";

    /// Messages in the group.
    static final int MESSAGES = 30;

    /// Lives it.
    static Life of(RawClient p, Rest.Person person, RawClient b, Rest.Person bob, Rest.Person cleo) {
        String group = group(p, MARK + "-group", bob, cleo);
        String direct = p.call(
                        "conversation.create",
                        "{\"id\":\"" + MARK + "-direct\",\"kind\":\"direct\",\"with\":\"" + bob.id() + "\"}")
                .getString("conversation");
        String left = group(b, "left", person);
        for (int i = 0; i < MESSAGES; i++) {
            int unused = send(p, group, MARK + i, MARK + " says " + i, "");
        }
        int edited = send(p, direct, MARK + "e", MARK + " one", "");
        change(p, "message.edit", direct, edited, ",\"body\":{\"text\":\"" + MARK + " two\"}");
        int recalled = send(p, direct, MARK + "r", MARK + " gone", "");
        change(p, "message.recall", direct, recalled, "");
        int unused = send(p, left, MARK + "l", MARK + " was here", ",\"mentions\":[\"" + bob.id() + "\"]");
        int foreign = send(b, group, "foreign", "from bob", ",\"mentions\":[\"" + person.id() + "\"]");
        react(p, group, foreign, MARK, true);
        react(p, group, foreign, MARK + "2", true);
        react(p, group, foreign, MARK + "2", false);
        react(b, group, foreign, "+1", true);
        react(p, group, foreign, "+1", true);
        react(b, group, foreign - 1, "+1", true);
        JsonObject unusedToo = p.call("account.block", "{\"account\":\"" + cleo.id() + "\"}");
        unusedToo = p.call("conversation.leave", "{\"conversation\":\"" + left + "\"}");
        return new Life(group, direct, left, foreign);
    }

    static String group(RawClient owner, String id, Rest.Person... members) {
        String ids = String.join(
                ",",
                List.of(members).stream().map(one -> "\"" + one.id() + "\"").toList());
        return owner.call(
                        "conversation.create",
                        "{\"id\":\"" + id + "\",\"kind\":\"group\",\"title\":\"Harbour\",\"members\":[" + ids + "]}")
                .getString("conversation");
    }

    static int send(RawClient from, String conversation, String id, String text, String more) {
        return from.call(
                        "message.send",
                        "{\"conversation\":\"" + conversation + "\",\"id\":\"" + id + "\",\"body\":{\"text\":\"" + text
                                + "\"}" + more + "}")
                .getInt("seq");
    }

    private static void change(RawClient from, String method, String conversation, int seq, String more) {
        JsonObject unused = from.call(method, "{\"conversation\":\"" + conversation + "\",\"seq\":" + seq + more + "}");
    }

    private static void react(RawClient from, String conversation, int seq, String emoji, boolean on) {
        change(from, "message.react", conversation, seq, ",\"emoji\":\"" + emoji + "\",\"on\":" + on);
    }

    /// All entries, page by page.
    static List<JsonObject> history(RawClient client, String conversation) {
        List<JsonObject> entries = new ArrayList<>();
        int found = 1;
        while (found > 0) {
            String since = "\"since\":{\"offset\":" + entries.size() + "}";
            JsonObject page = client.command(
                            "\"history\":{\"channel\":\"c:" + conversation + "\",\"limit\":100," + since + "}")
                    .getJsonObject("history");
            List<JsonObject> publications = page.containsKey("publications")
                    ? page.getJsonArray("publications").getValuesAs(JsonObject.class)
                    : List.of();
            publications.forEach(publication -> entries.add(publication.getJsonObject("data")));
            found = publications.size();
        }
        return entries;
    }

    /// Numbers without a hole, tombstones instead of messages, and only other people's reactions.
    void assertGone(RawClient reader, Rest.Person person) {
        for (String conversation : List.of(group(), direct(), left())) {
            List<JsonObject> entries = history(reader, conversation);
            assertEquals(
                    IntStream.rangeClosed(1, entries.size()).boxed().toList(),
                    entries.stream().map(entry -> entry.getInt("seq")).sorted().toList());
            assertFalse(entries.toString().contains(MARK), entries::toString);
            List<JsonObject> theirs = entries.stream()
                    .filter(entry -> entry.getString("author").equals(person.id())
                            && entry.getString("kind").equals("message"))
                    .toList();
            assertFalse(theirs.isEmpty());
            assertTrue(theirs.stream().allMatch(entry -> entry.getBoolean("recalled", false)), theirs::toString);
        }
        JsonObject foreign = history(reader, group()).stream()
                .filter(entry -> entry.getInt("seq") == foreign())
                .findFirst()
                .orElseThrow();
        assertEquals("from bob", foreign.getJsonObject("body").getString("text"));
        assertEquals(Set.of("+1"), foreign.getJsonObject("reactions").keySet());
        assertEquals(1, foreign.getJsonObject("reactions").getInt("+1"));
    }
}
