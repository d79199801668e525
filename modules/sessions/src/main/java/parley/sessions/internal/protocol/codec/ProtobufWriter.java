package parley.sessions.internal.protocol.codec;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.sessions.internal.protocol.message.Answered;
import parley.sessions.internal.protocol.message.ClientInfo;
import parley.sessions.internal.protocol.message.ProtocolError;
import parley.sessions.internal.protocol.message.Publication;
import parley.sessions.internal.protocol.message.Push;
import parley.sessions.internal.protocol.message.Result;

/// The Protobuf form of replies and pushes, each with its length in front. Fields appear in ascending
/// order on the wire; they are written from the last to the first (see [ProtobufSink]). The numbers are
/// those of the schema. Pure.
final class ProtobufWriter {
    private static final int ENVELOPE_BYTES = 128;

    private final ProtobufSink out;

    private ProtobufWriter(int expected) {
        out = new ProtobufSink(expected);
    }

    static byte[] reply(int id, Answered answer) {
        ProtobufWriter writer = new ProtobufWriter(ENVELOPE_BYTES);
        int end = writer.out.end();
        switch (answer) {
            case ProtocolError error -> writer.error(error);
            case Result result -> writer.result(result);
        }
        writer.out.number(1, Integer.toUnsignedLong(id));
        writer.out.delimit(end);
        return writer.out.take();
    }

    static byte[] push(Push push) {
        int expected = push instanceof Push.Published(var channel, var publication) && publication.data() != null
                ? ENVELOPE_BYTES + publication.data().length()
                : ENVELOPE_BYTES;
        ProtobufWriter writer = new ProtobufWriter(expected);
        int end = writer.out.end();
        int pushEnd = writer.out.end();
        writer.body(push);
        writer.out.message(4, pushEnd);
        writer.out.delimit(end);
        return writer.out.take();
    }

    private void error(ProtocolError error) {
        int end = out.end();
        out.flag(3, error.temporary());
        out.string(2, error.message());
        out.number(1, error.code());
        out.message(2, end);
    }

    private void result(Result result) {
        int end = out.end();
        switch (result) {
            case Result.Connected connected -> connected(connected);
            case Result.Subscribed subscribed -> subscribed(subscribed);
            case Result.Present present -> present(present);
            case Result.PresenceCounted counted -> {
                out.number(2, counted.users());
                out.number(1, counted.clients());
            }
            case Result.Past past -> past(past);
            case Result.RpcAnswered answered -> out.payload(1, answered.data());
            case Result.Refreshed refreshed -> {
                out.number(4, refreshed.ttl());
                out.flag(3, refreshed.expires());
                out.string(2, refreshed.version());
                out.string(1, refreshed.client());
            }
            case Result.SubRefreshed refreshed -> {
                out.number(2, refreshed.ttl());
                out.flag(1, refreshed.expires());
            }
            case Result.Unsubscribed _, Result.Published _ -> {}
        }
        out.message(kind(result), end);
    }

    private static int kind(Result result) {
        return switch (result) {
            case Result.Connected _ -> 5;
            case Result.Subscribed _ -> 6;
            case Result.Unsubscribed _ -> 7;
            case Result.Published _ -> 8;
            case Result.Present _ -> 9;
            case Result.PresenceCounted _ -> 10;
            case Result.Past _ -> 11;
            case Result.RpcAnswered _ -> 13;
            case Result.Refreshed _ -> 14;
            case Result.SubRefreshed _ -> 15;
        };
    }

    private void connected(Result.Connected result) {
        out.flag(8, result.pong());
        out.number(7, result.ping());
        for (Map.Entry<String, Result.Subscribed> entry :
                List.copyOf(result.subscriptions().entrySet()).reversed()) {
            int end = out.end();
            int value = out.end();
            subscribed(entry.getValue());
            out.message(2, value);
            out.alwaysString(1, entry.getKey());
            out.message(6, end);
        }
        out.payload(5, result.data());
        out.number(4, result.ttl());
        out.flag(3, result.expires());
        out.string(2, result.version());
        out.string(1, result.client());
    }

    private void subscribed(Result.Subscribed result) {
        out.flag(12, result.wasRecovering());
        out.payload(11, result.data());
        out.flag(10, result.positioned());
        out.number(9, result.offset());
        out.flag(8, result.recovered());
        publications(7, result.publications());
        out.string(6, result.epoch());
        out.flag(3, result.recoverable());
        out.number(2, result.ttl());
        out.flag(1, result.expires());
    }

    private void present(Result.Present result) {
        for (Map.Entry<String, ClientInfo> entry :
                List.copyOf(result.clients().entrySet()).reversed()) {
            int end = out.end();
            info(2, entry.getValue());
            out.alwaysString(1, entry.getKey());
            out.message(1, end);
        }
    }

    private void past(Result.Past result) {
        out.number(3, result.offset());
        out.string(2, result.epoch());
        publications(1, result.publications());
    }

    private void publications(int field, List<Publication> publications) {
        for (Publication publication : publications.reversed()) {
            publication(field, publication);
        }
    }

    private void publication(int field, Publication publication) {
        int end = out.end();
        if (!publication.tags().isEmpty()) {
            for (Map.Entry<String, String> tag :
                    List.copyOf(publication.tags().entrySet()).reversed()) {
                int tagEnd = out.end();
                out.alwaysString(2, tag.getValue());
                out.alwaysString(1, tag.getKey());
                out.message(7, tagEnd);
            }
        }
        out.number(6, publication.offset());
        info(5, publication.info());
        out.payload(4, publication.data());
        out.message(field, end);
    }

    private void info(int field, @Nullable ClientInfo info) {
        if (info == null) {
            return;
        }
        int end = out.end();
        out.payload(4, info.chanInfo());
        out.payload(3, info.connInfo());
        out.string(2, info.client());
        out.string(1, info.user());
        out.message(field, end);
    }

    private void body(Push push) {
        switch (push) {
            case Push.Published(String channel, Publication publication) -> {
                publication(4, publication);
                out.string(2, channel);
            }
            case Push.Joined(String channel, ClientInfo info) -> presence(5, channel, info);
            case Push.Left(String channel, ClientInfo info) -> presence(6, channel, info);
            case Push.Unsubscribed(String channel, int code, String reason) -> {
                int end = out.end();
                out.string(3, reason);
                out.number(2, code);
                out.message(7, end);
                out.string(2, channel);
            }
            case Push.Message message -> {
                int end = out.end();
                out.payload(1, message.data());
                out.message(8, end);
            }
            case Push.Subscribed subscribed -> subscribedPush(subscribed);
        }
    }

    private void presence(int field, String channel, ClientInfo info) {
        int end = out.end();
        info(1, info);
        out.message(field, end);
        out.string(2, channel);
    }

    private void subscribedPush(Push.Subscribed push) {
        int end = out.end();
        out.payload(7, push.data());
        out.flag(6, push.positioned());
        out.number(5, push.offset());
        out.string(4, push.epoch());
        out.flag(1, push.recoverable());
        out.message(9, end);
        out.string(2, push.channel());
    }
}
