package parley.history.internal.lane;

import java.util.Arrays;
import parley.history.Append;

/// The idempotency key of an append: its conversation, its author, and the client id's bytes. An append
/// without a client id gets an internal key (first byte 0xFF, which no UTF-8 text holds), so that every
/// commit can be looked up afterwards.
public final class SentKey {
    private static final byte INTERNAL = (byte) 0xFF;

    private final long conversation;
    private final long author;
    private final byte[] clientId;
    private final int hash;

    public SentKey(long conversation, long author, byte[] clientId) {
        this.conversation = conversation;
        this.author = author;
        this.clientId = clientId;
        this.hash = 31 * (31 * Long.hashCode(conversation) + Long.hashCode(author)) + Arrays.hashCode(clientId);
    }

    static SentKey of(Append append, byte[] clientId) {
        return new SentKey(append.conversation().value(), append.author().value(), clientId);
    }

    long conversation() {
        return conversation;
    }

    long author() {
        return author;
    }

    byte[] clientId() {
        return clientId;
    }

    boolean isInternal() {
        return clientId[0] == INTERNAL;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SentKey that
                && conversation == that.conversation
                && author == that.author
                && Arrays.equals(clientId, that.clientId);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return conversation + "/" + author + "/" + clientId.length + " bytes";
    }
}
