package parley.app.system;

import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// People of one node and what they do and hear besides messages.
record EventPeople(SystemNode node) {
    Rest.Person person(String name) {
        return node.rest().newPerson(name);
    }

    RawClient connected(Rest.Person person) {
        RawClient client = RawClient.open(node.webSocketAddress());
        JsonObject unused = client.connect(person.accessToken());
        return client;
    }

    String direct(RawClient from, Rest.Person with) {
        return from.call(
                        "conversation.create",
                        "{\"id\":\"d" + with.id() + "\",\"kind\":\"direct\",\"with\":\"" + with.id() + "\"}")
                .getString("conversation");
    }

    String group(RawClient from, String id, Rest.Person... members) {
        String list = Arrays.stream(members)
                .map(member -> "\"" + member.id() + "\"")
                .collect(Collectors.joining(",", "[", "]"));
        return from.call(
                        "conversation.create",
                        "{\"id\":\"" + id + "\",\"kind\":\"group\",\"title\":\"G\",\"members\":" + list + "}")
                .getString("conversation");
    }

    void typing(RawClient from, String conversation) {
        from.send("{\"send\":{\"data\":{\"type\":\"typing\",\"conversation\":\"" + conversation + "\"}}}");
    }

    void read(RawClient from, String conversation, int seq) {
        JsonObject moved = from.call("read", "{\"conversation\":\"" + conversation + "\",\"seq\":" + seq + "}");
        assertTrue(moved.containsKey("read"), moved::toString);
    }

    void send(RawClient from, String conversation, int number) {
        JsonObject sent = from.call(
                "message.send",
                "{\"conversation\":\"" + conversation + "\",\"id\":\"" + number + "\",\"body\":{\"text\":\"x\"}}");
        assertTrue(sent.containsKey("seq"), sent::toString);
    }

    int error(JsonObject reply) {
        return reply.getJsonObject("error").getInt("code");
    }

    /// Events of `type` that `client` got on the conversation's channel.
    List<String> events(RawClient client, String conversation, String type) {
        return allEvents(client).stream()
                .filter(push -> push.getString("channel").equals("c:" + conversation))
                .map(push -> push.getJsonObject("pub").getJsonObject("data"))
                .filter(data -> data.getString("type").equals(type))
                .map(JsonObject::toString)
                .toList();
    }

    List<String> named(RawClient client, String conversation) {
        return allEvents(client).stream()
                .filter(push -> push.getString("channel").equals("c:" + conversation))
                .map(push -> push.getJsonObject("pub").getJsonObject("data"))
                .filter(data -> data.containsKey("account"))
                .map(JsonObject::toString)
                .toList();
    }

    List<String> presence(RawClient client, Rest.Person of) {
        return allEvents(client).stream()
                .map(push -> push.getJsonObject("pub").getJsonObject("data"))
                .filter(data -> data.getString("type").equals("presence"))
                .filter(data -> data.getString("account", "").equals(of.id()))
                .map(JsonObject::toString)
                .toList();
    }

    String presenceConversation(RawClient client, Rest.Person of) {
        return allEvents(client).stream()
                .filter(push -> push.toString().contains(of.id()))
                .filter(push -> push.toString().contains("presence"))
                .findFirst()
                .orElseThrow()
                .getString("channel")
                .substring(2);
    }

    List<JsonObject> allEvents(RawClient client) {
        return client.pushes().stream()
                .filter(push -> push.getString("channel", "").startsWith("c:"))
                .filter(push ->
                        push.containsKey("pub") && !push.getJsonObject("pub").containsKey("offset"))
                .toList();
    }

    /// What `account.get` adds to the profile.
    String sight(RawClient viewer, Rest.Person of) {
        String answer =
                viewer.call("account.get", "{\"account\":\"" + of.id() + "\"}").toString();
        int at = answer.indexOf(",\"online\"");
        return at < 0 ? "{}" : "{" + answer.substring(at + 1);
    }
}
