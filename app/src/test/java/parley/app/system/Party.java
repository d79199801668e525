package parley.app.system;

import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// New people, and group conversations that all of them are in.
record Party(List<Rest.Person> people, List<String> conversations) {
    /// Signs them up at `node`; the first one owns the conversations.
    static Party gather(SystemNode node, int people, int conversations) {
        Rest rest = node.rest();
        List<Rest.Person> all = IntStream.range(0, people)
                .parallel()
                .mapToObj(i -> rest.newPerson("p" + i))
                .toList();
        List<String> created = new ArrayList<>();
        try (RawClient owner = RawClient.open(node.webSocketAddress())) {
            JsonObject unused = owner.connect(all.getFirst().accessToken());
            for (int i = 0; i < conversations; i++) {
                created.add(found(owner, all, i));
            }
        }
        return new Party(all, List.copyOf(created));
    }

    private static String found(RawClient owner, List<Rest.Person> people, int number) {
        String members =
                people.stream().skip(1).map(person -> "\"" + person.id() + "\"").collect(Collectors.joining(","));
        return owner.call(
                        "conversation.create",
                        "{\"id\":\"party-" + number + "\",\"kind\":\"group\",\"title\":\"Party " + number
                                + "\",\"members\":[" + members + "]}")
                .getString("conversation");
    }

    /// A sender for each of them, connected to the nodes at `addresses` in turn and not sending yet.
    List<Sender> senders(SendRecord record, int window, String... addresses) {
        return IntStream.range(0, people.size())
                .mapToObj(i -> Sender.connect(addresses[i % addresses.length], people.get(i), record, window))
                .toList();
    }
}
