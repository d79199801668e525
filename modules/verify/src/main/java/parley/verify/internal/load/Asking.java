package parley.verify.internal.load;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import parley.verify.Event;
import parley.verify.Journal;
import parley.verify.Row;
import parley.verify.internal.client.Answer;
import parley.verify.internal.client.Rows;

/// Asks for messages and changes, and writes down how each attempt ended. Thread-safe.
final class Asking {
    private final Journal journal;
    private final AtomicInteger open = new AtomicInteger();

    Asking(Journal journal) {
        this.journal = journal;
    }

    enum How {
        DONE,
        REFUSED,
        UNKNOWN,
        /// The device was not connected: nothing was sent or written down.
        NOT_ASKED
    }

    /// How an attempt ended: `seq` is 0 unless it was acknowledged.
    record Ended(How how, long seq) {}

    /// What a message says, the same at every attempt.
    record Message(String conv, String id, JsonObject body) {
        static Message of(String conv, String id, int padding) {
            return new Message(
                    conv,
                    id,
                    Json.createObjectBuilder()
                            .add("text", id + " " + "x".repeat(padding))
                            .build());
        }
    }

    /// Attempts that wait for an answer.
    int open() {
        return open.get();
    }

    CompletableFuture<Ended> message(Device device, Message message, int attempt) {
        String data = Json.createObjectBuilder()
                .add("conversation", message.conv())
                .add("id", message.id())
                .add("body", message.body())
                .build()
                .toString();
        String print = Rows.print(message.body());
        return ask(
                device,
                (t, conn) -> new Event.Send(t, device.name, conn, message.conv(), message.id(), attempt, print),
                "message.send",
                data,
                message.id(),
                attempt);
    }

    /// Any other entry, described as [Event.Change] does.
    record Alteration(String conv, String id, String kind, long target, String print, String method, String data) {
        private static final long FOR_GOOD =
                Instant.parse("2100-01-01T00:00:00Z").toEpochMilli();

        static Alteration edit(String conv, String id, long target, JsonObject body) {
            return new Alteration(
                    conv,
                    id,
                    Row.EDIT,
                    target,
                    Rows.print(body),
                    "message.edit",
                    "{\"conversation\":\"" + conv + "\",\"seq\":" + target + ",\"body\":" + body + "}");
        }

        static Alteration recall(String conv, String id, long target) {
            return new Alteration(
                    conv,
                    id,
                    Row.RECALL,
                    target,
                    "",
                    "message.recall",
                    "{\"conversation\":\"" + conv + "\",\"seq\":" + target + "}");
        }

        static Alteration reaction(String conv, String id, long target, String emoji, boolean on) {
            return new Alteration(
                    conv,
                    id,
                    Row.REACTION,
                    target,
                    emoji + ":" + on,
                    "message.react",
                    "{\"conversation\":\"" + conv + "\",\"seq\":" + target + ",\"emoji\":\"" + emoji + "\",\"on\":" + on
                            + "}");
        }

        static Alteration added(String conv, String id, String account) {
            return new Alteration(
                    conv,
                    id,
                    Row.MEMBER,
                    0,
                    account + ":added",
                    "members.add",
                    "{\"conversation\":\"" + conv + "\",\"accounts\":[\"" + account + "\"]}");
        }

        /// For good, or the end of it.
        static Alteration muted(String conv, String id, String account, boolean on) {
            long until = on ? FOR_GOOD : 0;
            return new Alteration(
                    conv,
                    id,
                    Row.MEMBER,
                    0,
                    account + ":muted:" + until,
                    "members.mute",
                    "{\"conversation\":\"" + conv + "\",\"account\":\"" + account + "\",\"until\":" + until + "}");
        }

        static Alteration renamed(String conv, String id, String title) {
            return new Alteration(
                    conv,
                    id,
                    Row.TITLE,
                    0,
                    title,
                    "conversation.rename",
                    "{\"conversation\":\"" + conv + "\",\"title\":\"" + title + "\"}");
        }

        static Alteration removed(String conv, String id, String account) {
            return new Alteration(
                    conv,
                    id,
                    Row.MEMBER,
                    0,
                    account + ":removed",
                    "members.remove",
                    "{\"conversation\":\"" + conv + "\",\"account\":\"" + account + "\"}");
        }
    }

    CompletableFuture<Ended> change(Device device, Alteration change, int attempt) {
        return ask(
                device,
                (t, conn) -> new Event.Change(
                        t,
                        device.name,
                        conn,
                        change.conv(),
                        change.id(),
                        attempt,
                        change.kind(),
                        change.target(),
                        change.print()),
                change.method(),
                change.data(),
                change.id(),
                attempt);
    }

    private CompletableFuture<Ended> ask(
            Device device, Device.AskEvent event, String method, String data, String id, int attempt) {
        CompletableFuture<Ended> ended = new CompletableFuture<>();
        open.incrementAndGet();
        boolean isAsked = device.ask(event, method, data, answer -> {
            open.decrementAndGet();
            boolean unused = ended.complete(written(id, attempt, answer));
        });
        if (!isAsked) {
            open.decrementAndGet();
            boolean unused = ended.complete(new Ended(How.NOT_ASKED, 0));
        }
        return ended;
    }

    private Ended written(String id, int attempt, Answer answer) {
        return switch (answer) {
            case Answer.Ok(JsonObject data) -> {
                long seq = data.getJsonNumber("seq").longValue();
                Event.Ack unused =
                        journal.add(t -> new Event.Ack(t, id, attempt, seq, data.getBoolean("repeated", false)));
                yield new Ended(How.DONE, seq);
            }
            case Answer.Refused(int code)
            when !Answer.isUnknown(code) -> {
                Event.Nack unused = journal.add(t -> new Event.Nack(t, id, attempt, code));
                yield new Ended(How.REFUSED, 0);
            }
            case Answer.Refused(int code) -> {
                Event.Unknown unused = journal.add(t -> new Event.Unknown(t, id, attempt, "code " + code));
                yield new Ended(How.UNKNOWN, 0);
            }
            case Answer.None(String why) -> {
                Event.Unknown unused = journal.add(t -> new Event.Unknown(t, id, attempt, why));
                yield new Ended(How.UNKNOWN, 0);
            }
        };
    }
}
