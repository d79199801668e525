package parley.sessions.internal.protocol.codec;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import parley.sessions.internal.protocol.message.Answered;
import parley.sessions.internal.protocol.message.ClientInfo;
import parley.sessions.internal.protocol.message.Command;
import parley.sessions.internal.protocol.message.Payload;
import parley.sessions.internal.protocol.message.ProtocolError;
import parley.sessions.internal.protocol.message.Publication;
import parley.sessions.internal.protocol.message.Push;
import parley.sessions.internal.protocol.message.Request;
import parley.sessions.internal.protocol.message.Result;
import parley.sessions.internal.protocol.message.Resume;
import parley.sessions.internal.protocol.message.StreamPosition;

/// Messages in three forms: as objects (here), as JSON and as Protobuf (in `messages.tsv`).
final class Messages {
    static final String USER_TOKEN =
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI3In0" + ".YNVm3kTUe0hHLISakU4cmk8MSvtML_GbFX1hBFiznF0";

    private static final String CLIENT = "5f0c3a1e-8d54-4f0e-9a4c-6b1f2d7e0a01";
    private static final long LARGEST_OFFSET = (1L << 53) - 1;

    private Messages() {}

    static final class Vector {
        private final String name;
        private final byte[] json;
        private final byte[] protobuf;

        private Vector(String name, byte[] json, byte[] protobuf) {
            this.name = name;
            this.json = json;
            this.protobuf = protobuf;
        }

        String name() {
            return name;
        }

        byte[] json() {
            return json;
        }

        byte[] protobuf() {
            return protobuf;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    record Reply(int id, Answered answer) {}

    static List<Vector> of(String kind) {
        try (InputStream in = Messages.class.getResourceAsStream("messages.tsv")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Arrays.stream(text.split("\n"))
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t"))
                    .filter(parts -> parts[0].equals(kind))
                    .map(parts -> new Vector(
                            parts[1],
                            parts[2].getBytes(StandardCharsets.UTF_8),
                            HexFormat.of().parseHex(parts[3])))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Map<String, Command> commands() {
        Map<String, Command> all = new LinkedHashMap<>();
        all.put("connect", command(1, new Request.Connect(USER_TOKEN, null, Map.of(), "chat-web", "1.4.0", Map.of())));
        all.put(
                "connect-recover",
                command(
                        8,
                        new Request.Connect(
                                "T",
                                null,
                                Map.of("u:7", new Resume(true, 0, "w9Qa"), "c:81", new Resume(true, 42, "k3Fz")),
                                "chat-web",
                                "1.4.0",
                                Map.of())));
        Payload mode = Payload.json("{\"subscriptions\":\"client\"}");
        all.put(
                "connect-all",
                command(-1, new Request.Connect("T", mode, Map.of(), "", "", Map.of("X-A", "b", "X-C", ""))));
        all.put("subscribe", command(10, subscribe(Resume.NONE, false, 1, 0)));
        all.put(
                "subscribe-all",
                command(
                        11,
                        new Request.Subscribe(
                                "c:90",
                                "t",
                                new Resume(true, LARGEST_OFFSET, "e1"),
                                Payload.json("{\"a\":1}"),
                                true,
                                true,
                                true,
                                false,
                                3,
                                0)));
        all.put("subscribe-filtered", command(12, subscribe(Resume.NONE, true, 0, 1)));
        all.put("unsubscribe", command(11, new Request.Unsubscribe("c:90")));
        all.put("publish", command(4, new Request.Publish("c:81", Payload.json("{\"text\":\"plain publish\"}"), 0)));
        all.put("presence", command(7, new Request.Presence("u:7")));
        all.put("presence_stats", command(7, new Request.PresenceStats("u:7")));
        all.put("history", command(5, new Request.History("c:81", 2, new StreamPosition(41, "k3Fz"), true)));
        all.put("history-negative", command(6, new Request.History("c:81", -1, null, false)));
        all.put("ping", command(6, new Request.Ping()));
        all.put("send", command(0, new Request.Send(Payload.json("{\"t\":\"typing\",\"conv\":81}"))));
        all.put(
                "rpc",
                command(
                        2,
                        new Request.Rpc(
                                "message.send",
                                Payload.json("{\"conv\":81,\"cid\":\"b7e2\",\"text\":\"h\u00e9llo \ud83d\ude00\"}"))));
        all.put("refresh", command(2, new Request.Refresh("T2")));
        all.put("sub_refresh", command(3, new Request.SubRefresh("c:90", "T3", 0)));
        all.put("pong", Command.PONG);
        return all;
    }

    static Map<String, Reply> replies() {
        Map<String, Reply> all = new LinkedHashMap<>();
        connectReplies(all);
        all.put("subscribe", new Reply(10, Result.Subscribed.fresh("jimL", 0)));
        all.put("subscribe-plain", new Reply(10, Result.Subscribed.plain()));
        all.put(
                "subscribe-all",
                new Reply(
                        10,
                        Result.Subscribed.fresh("e", LARGEST_OFFSET)
                                .withData(Payload.json("{\"read\":3}"))
                                .expiring(60)));
        all.put("unsubscribe", new Reply(11, new Result.Unsubscribed()));
        all.put("publish", new Reply(4, new Result.Published()));
        Map<String, ClientInfo> present = new LinkedHashMap<>();
        present.put("x", new ClientInfo("7", "x", Payload.json("{\"n\":1}"), Payload.json("[2]")));
        present.put("y", ClientInfo.of("", "y"));
        all.put("presence", new Reply(7, new Result.Present(present)));
        all.put("presence-empty", new Reply(7, new Result.Present(Map.of())));
        all.put("presence_stats", new Reply(7, new Result.PresenceCounted(3, 2)));
        all.put("presence_stats-zero", new Reply(7, new Result.PresenceCounted(0, 0)));
        List<Publication> page = List.of(message(40, "m40", "x40", "old 40"), message(39, "m39", "x39", "old 39"));
        all.put("history", new Reply(5, new Result.Past(page, "k3Fz", 42)));
        all.put("history-empty", new Reply(6, new Result.Past(List.of(), "k3Fz", 42)));
        all.put("history-nothing", new Reply(6, new Result.Past(List.of(), "", 0)));
        all.put("rpc", new Reply(2, new Result.RpcAnswered(Payload.json("{\"id\":\"m41\",\"seq\":41}"))));
        all.put("rpc-nothing", new Reply(2, new Result.RpcAnswered(null)));
        all.put("refresh", new Reply(2, new Result.Refreshed("", "", true, 2)));
        all.put("sub_refresh", new Reply(3, new Result.SubRefreshed(true, 2)));
        all.put("error", new Reply(7, ProtocolError.NOT_AVAILABLE));
        all.put("error-temporary", new Reply(9, ProtocolError.TOO_MANY_REQUESTS));
        return all;
    }

    static Map<String, Push> pushes() {
        Map<String, Push> all = new LinkedHashMap<>();
        Payload hello =
                Payload.json("{\"t\":\"msg\",\"id\":\"m41\",\"cid\":\"b7e2\",\"from\":\"7\",\"text\":\"hello\"}");
        all.put("pub", published(new Publication(hello, ClientInfo.of("7", CLIENT), 41, Map.of())));
        Payload hi = Payload.json("{\"text\":\"hi\"}");
        all.put("pub-hi", published(new Publication(hi, ClientInfo.of("7", "x"), 41, Map.of())));
        all.put("pub-transient", published(Publication.transientEvent(Payload.json("{\"type\":\"typing\"}"))));
        Map<String, String> tags = new LinkedHashMap<>();
        tags.put("a", "b");
        tags.put("c", "");
        all.put("pub-tags", published(new Publication(Payload.json("1"), null, 2, tags)));
        all.put("join", new Push.Joined("c:81", ClientInfo.of("7", "x")));
        all.put("leave", new Push.Left("c:81", ClientInfo.of("7", "x")));
        all.put("unsubscribe", new Push.Unsubscribed("c:81", 2000, "server unsubscribe"));
        all.put("message", new Push.Message(Payload.json("{\"t\":\"notice\"}")));
        all.put("subscribe", Push.Subscribed.stream("c:81", "p0Lm", 44));
        all.put("subscribe-plain", Push.Subscribed.plain("u:7"));
        return all;
    }

    private static void connectReplies(Map<String, Reply> all) {
        Map<String, Result.Subscribed> fresh = new LinkedHashMap<>();
        fresh.put("u:7", Result.Subscribed.fresh("w9Qa", 0));
        fresh.put("c:81", Result.Subscribed.fresh("k3Fz", 40));
        all.put("connect", new Reply(1, connected(40, fresh)));
        all.put(
                "connect-expires",
                new Reply(1, new Result.Connected(CLIENT, "1", true, 900, null, Map.of(), 25, true)));
        Map<String, Result.Subscribed> resumed = new LinkedHashMap<>();
        resumed.put("u:7", Result.Subscribed.resumed("w9Qa", 0, List.of()));
        List<Publication> missed =
                List.of(message(43, "m43", "q1", "missed one"), message(44, "m44", "q2", "missed two"));
        resumed.put("c:81", Result.Subscribed.resumed("k3Fz", 42, missed));
        all.put("connect-recovered", new Reply(8, connected(44, resumed)));
        Map<String, Result.Subscribed> lost = Map.of("c:81", Result.Subscribed.notResumed("p0Lm", 44));
        all.put(
                "connect-unrecovered",
                new Reply(9, new Result.Connected(CLIENT, "0.0.0", false, 0, null, lost, 1, true)));
    }

    private static Result.Connected connected(int seq, Map<String, Result.Subscribed> subscriptions) {
        Payload data =
                Payload.json("{\"user\":\"7\",\"conversations\":[{\"id\":81,\"seq\":" + seq + ",\"unread\":2}]}");
        return new Result.Connected(CLIENT, "0.0.0", false, 0, data, subscriptions, 1, true);
    }

    private static Publication message(long offset, String id, String cid, String text) {
        return Publication.entry(
                offset,
                Payload.json("{\"t\":\"msg\",\"id\":\"" + id + "\",\"cid\":\"" + cid + "\",\"from\":\"9\",\"text\":\""
                        + text + "\"}"));
    }

    private static Push published(Publication publication) {
        return new Push.Published("c:81", publication);
    }

    private static Command command(int id, Request request) {
        return new Command(id, request);
    }

    private static Request subscribe(Resume resume, boolean filtered, long flag, int type) {
        return new Request.Subscribe("c:90", "", resume, null, false, false, false, filtered, flag, type);
    }
}
