package parley.verify.internal.check;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.verify.Event;
import parley.verify.Invariant;

/// I6: what is pushed on a connection, number by number.
public final class Streams implements Part {
    private final Chat chat;
    private final Ledger ledger;
    private final Findings findings;
    private final Map<String, Stream> streams = new HashMap<>();

    /// Where a device is in a conversation; `last` is null while it is not subscribed.
    private static final class Stream {
        long conn;
        long at;

        @Nullable
        Event last;
    }

    public Streams(Chat chat, Ledger ledger, Findings findings) {
        this.chat = chat;
        this.ledger = ledger;
        this.findings = findings;
    }

    @Override
    public void accept(Event event) {
        switch (event) {
            case Event.Resume resume -> {
                Stream stream = stream(resume.dev(), resume.conv());
                stream.conn = resume.conn();
                stream.at = resume.after();
                stream.last = resume;
            }
            case Event.Left left -> {
                Stream stream = stream(left.dev(), left.conv());
                if (stream.conn == left.conn()) {
                    stream.last = null;
                }
            }
            case Event.Recv recv -> received(recv);
            case Event.Close close
            when close.code() == Event.Close.BROKEN ->
                findings.add(Invariant.I2, close.dev() + " got something that is not the protocol", close);
            default -> {}
        }
    }

    private void received(Event.Recv recv) {
        Talk talk = chat.talk(recv.conv(), recv.conn());
        Stream stream = stream(recv.dev(), recv.conv());
        long seq = recv.row().seq();
        if (stream.last == null || stream.conn != recv.conn()) {
            findings.add(Invariant.I6, recv.dev() + " is not subscribed to " + recv.conv() + " and got " + seq, recv);
        } else if (seq != stream.at + 1) {
            findings.add(
                    Invariant.I6,
                    recv.dev() + " was at " + stream.at + " of " + recv.conv() + " and got " + seq,
                    stream.last,
                    recv);
        }
        stream.conn = recv.conn();
        stream.at = seq;
        stream.last = recv;
        ledger.observe(talk, recv.row(), recv);
        if (seq >= 1 && seq <= talk.highestSeen()) {
            talk.holds(recv.dev(), seq);
        }
    }

    private Stream stream(String dev, String conv) {
        return streams.computeIfAbsent(dev + " " + conv, none -> new Stream());
    }

    @Override
    public void finish() {}
}
