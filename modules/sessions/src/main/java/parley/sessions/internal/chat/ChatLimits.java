package parley.sessions.internal.chat;

/// Bounds of one chat session. `subscriptionsMax`: conversations that a client knows as subscribed at
/// once; `recoveredEntriesMax` and `recoveredBytesMax`: what a connect reply carries of missed entries,
/// over all channels (the rest follows as pushes).
public record ChatLimits(int subscriptionsMax, int recoveredEntriesMax, int recoveredBytesMax, int historyPageMax) {
    public static ChatLimits defaults() {
        return new ChatLimits(200, 300, 128 * 1024, 100);
    }
}
