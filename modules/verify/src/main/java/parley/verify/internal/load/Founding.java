package parley.verify.internal.load;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import parley.verify.Event;
import parley.verify.Journal;
import parley.verify.Row;
import parley.verify.VerifyFault;
import parley.verify.internal.client.Answer;

/// Makes the conversations of a run, as clients make them.
final class Founding {
    private static final int SMALL = 8;
    private static final int DOORS = 2;
    private static final int QUIET = 40;
    private static final int TRIES_MAX = 20;

    private final Crowd crowd;
    private final Journal journal;
    private final Random random;
    private final String run;

    /// `run` names this run in ids and titles.
    Founding(Crowd crowd, Journal journal, Random random, String run) {
        this.crowd = crowd;
        this.journal = journal;
        this.random = random;
        this.run = run;
    }

    /// Blocks until all are there.
    List<Venue> found() {
        List<Venue> venues = new ArrayList<>();
        List<String> all = crowd.speakers();
        venues.add(found("hot", Venue.Kind.HOT, all, "", false));
        List<String> everybody = new ArrayList<>(all);
        everybody.addAll(crowd.silent());
        venues.add(found("big", Venue.Kind.BIG, everybody, "", false));
        for (int i = 0; i < SMALL; i++) {
            List<String> members = new ArrayList<>();
            for (int k = 0; k < 2 + random.nextInt(3); k++) {
                members.add(all.get((i * 3 + k * (1 + i % 2)) % all.size()));
            }
            venues.add(found(
                    "small" + i, Venue.Kind.SMALL, members.stream().distinct().toList(), "", i % 2 == 1));
        }
        for (int i = 0; i < DOORS; i++) {
            String guest = all.get((i + 1) % all.size());
            String owner = all.get((i + 2) % all.size());
            venues.add(found("door" + i, Venue.Kind.DOOR, List.of(owner, guest), guest, i % 2 == 1));
        }
        List<String> alone = alone();
        for (int i = 0; i < QUIET; i++) {
            String one = alone.get(i % alone.size());
            String two = alone.get((i + 1) % alone.size());
            venues.add(found("quiet" + i, Venue.Kind.QUIET, List.of(one, two), "", false));
        }
        return venues;
    }

    /// People with one device, if there are two of them: nobody else's device asks for what they missed.
    /// Those who stand together are connected at different addresses, as far as there are some.
    private List<String> alone() {
        List<String> alone = crowd.speakers().stream()
                .filter(account -> crowd.of(account).size() == 1)
                .toList();
        return alone.size() < 2 ? crowd.speakers() : alone;
    }

    private Venue found(String name, Venue.Kind kind, List<String> members, String guest, boolean all) {
        String owner = members.getFirst();
        String id = run + "-" + name;
        JsonArrayBuilder others = Json.createArrayBuilder();
        members.stream().skip(1).forEach(others::add);
        String data = Json.createObjectBuilder()
                .add("id", id)
                .add("kind", "group")
                .add("title", id)
                .add("members", others)
                .add("historyFor", all ? "all" : "joined")
                .build()
                .toString();
        JsonObject made = create(owner, data);
        String conv = made.getString("conversation");
        long seq = made.getJsonNumber("seq").longValue();
        // Nobody can name a conversation before it is there: this is written down behind the answer.
        String dev = crowd.of(owner).getFirst().name;
        for (String member : members) {
            Event.Change unused =
                    journal.add(t -> new Event.Change(t, dev, 0, conv, id, 1, Row.MEMBER, 0, member + ":added"));
        }
        Event.Change unusedTitle =
                journal.add(t -> new Event.Change(t, dev, 0, conv, id + "-title", 1, Row.TITLE, 0, id));
        Event.Ack unusedAck = journal.add(t -> new Event.Ack(t, id + "-title", 1, seq, false));
        Event.Founded unusedFounded = journal.add(t -> new Event.Founded(t, conv, seq, all));
        return new Venue(conv, kind, crowd.of(members), owner, guest);
    }

    private JsonObject create(String owner, String data) {
        for (int attempt = 0; attempt < TRIES_MAX; attempt++) {
            Device device = crowd.of(owner).get(attempt % crowd.of(owner).size());
            switch (device.call("conversation.create", data).join()) {
                case Answer.Ok(JsonObject made) -> {
                    return made;
                }
                case Answer.Refused(int code)
                when code != 111 && !Answer.isUnknown(code) ->
                    throw new VerifyFault("A conversation was refused with the code " + code + ".");
                case Answer.Refused _, Answer.None _ -> Pause.of(Duration.ofMillis(200));
            }
        }
        throw new VerifyFault("A conversation could not be made in " + TRIES_MAX + " tries.");
    }
}
