package parley.sessions.internal.presence;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.kernel.AccountId;
import parley.kernel.ConversationId;

/// Signals as bytes: a kind, then its numbers, big-endian. What is unreadable, or of a kind that this
/// version does not know, is null; bytes that a later version appended are passed over. Pure.
final class SignalCodec {
    private static final byte TYPING = 1;
    private static final byte PRESENCE = 2;
    private static final byte ROLL = 3;
    private static final byte CROWD = 4;
    private static final int HEAD_BYTES = 32;

    /// Stands for conversations that must be looked up.
    private static final int UNKNOWN = -1;

    private SignalCodec() {}

    static byte[] encode(Signal signal) {
        return switch (signal) {
            case Signal.Typing(var account, var conversation) ->
                done(begin(TYPING, 0).putLong(account.value()).putLong(conversation.value()));
            case Signal.Presence(var account, var online, var seen, var conversations) -> {
                List<ConversationId> all = conversations == null ? List.of() : conversations;
                ByteBuffer bytes = begin(PRESENCE, all.size())
                        .putLong(account.value())
                        .put((byte) (online ? 1 : 0))
                        .putLong(seen)
                        .putShort((short) (conversations == null ? UNKNOWN : all.size()));
                all.forEach(each -> bytes.putLong(each.value()));
                yield done(bytes);
            }
            case Signal.Roll(var round, var part, var parts, var accounts) -> {
                ByteBuffer bytes = begin(ROLL, accounts.size())
                        .putLong(round)
                        .putShort((short) part)
                        .putShort((short) parts)
                        .putShort((short) accounts.size());
                accounts.forEach(each -> bytes.putLong(each.value()));
                yield done(bytes);
            }
            case Signal.Crowd(var conversation, var accounts, var sessions) ->
                done(begin(CROWD, 0)
                        .putLong(conversation.value())
                        .putInt(accounts)
                        .putInt(sessions));
        };
    }

    private static ByteBuffer begin(byte kind, int ids) {
        return ByteBuffer.allocate(HEAD_BYTES + ids * Long.BYTES).put(kind);
    }

    private static byte[] done(ByteBuffer bytes) {
        byte[] all = new byte[bytes.position()];
        bytes.flip().get(all);
        return all;
    }

    static @Nullable Signal decode(byte[] payload) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(payload);
            return switch (bytes.get()) {
                case TYPING -> new Signal.Typing(account(bytes), conversation(bytes));
                case PRESENCE -> presence(bytes);
                case ROLL -> roll(bytes);
                case CROWD ->
                    new Signal.Crowd(conversation(bytes), Math.max(0, bytes.getInt()), Math.max(0, bytes.getInt()));
                default -> null;
            };
        } catch (BufferUnderflowException | IllegalArgumentException unreadable) {
            return null;
        }
    }

    private static Signal presence(ByteBuffer bytes) {
        AccountId account = account(bytes);
        boolean online = bytes.get() != 0;
        long seen = bytes.getLong();
        int count = bytes.getShort();
        if (count == UNKNOWN) {
            return new Signal.Presence(account, online, seen, null);
        }
        List<ConversationId> conversations = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            conversations.add(conversation(bytes));
        }
        return new Signal.Presence(account, online, seen, conversations);
    }

    private static Signal roll(ByteBuffer bytes) {
        long round = bytes.getLong();
        int part = bytes.getShort();
        int parts = bytes.getShort();
        int count = bytes.getShort();
        if (part < 0 || part >= parts) {
            throw new IllegalArgumentException("no such part");
        }
        List<AccountId> accounts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            accounts.add(account(bytes));
        }
        return new Signal.Roll(round, part, parts, accounts);
    }

    private static AccountId account(ByteBuffer bytes) {
        return new AccountId(bytes.getLong());
    }

    private static ConversationId conversation(ByteBuffer bytes) {
        return new ConversationId(bytes.getLong());
    }
}
