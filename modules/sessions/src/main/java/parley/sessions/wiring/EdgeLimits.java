package parley.sessions.wiring;

import java.time.Duration;
import parley.sessions.internal.chat.ChatLimits;
import parley.sessions.internal.limit.Allowances;
import parley.sessions.internal.limit.Places;
import parley.sessions.internal.limit.Rate;
import parley.sessions.internal.presence.PresenceLimits;
import parley.sessions.internal.protocol.engine.ProtocolLimits;
import parley.sessions.internal.transport.TransportLimits;

/// The configured limits as each part of the edge knows them.
final class EdgeLimits {
    private EdgeLimits() {}

    static PresenceLimits presence(SessionsConfig.Presence presence) {
        return new PresenceLimits(
                presence.membersMax(),
                presence.eventsPerSecond(),
                presence.sessionEventsPerSecond(),
                presence.graceSeconds() * 1_000);
    }

    static ChatLimits chat(SessionsConfig.Limits limits) {
        ChatLimits usual = ChatLimits.defaults();
        return new ChatLimits(
                limits.subscriptionsMax(),
                usual.recoveredEntriesMax(),
                usual.recoveredBytesMax(),
                usual.historyPageMax());
    }

    static Places.Most places(SessionsConfig.Limits limits) {
        SessionsConfig.Connections connections = limits.connections();
        return new Places.Most(
                connections.connectionsMax(),
                connections.perAddressMax(),
                connections.perAccountMax(),
                connections.handshakesMax(),
                connections.handshakesPerAddressMax());
    }

    static Allowances.Rates rates(SessionsConfig.Limits limits) {
        SessionsConfig.PerAccount account = limits.perAccount();
        return new Allowances.Rates(
                rate(account.connects()),
                rate(account.sends()),
                rate(limits.conversationSends()),
                rate(account.historyReads()),
                rate(account.presenceReads()),
                rate(account.ephemeral()),
                account.readsInFlightMax());
    }

    static Rate rate(SessionsConfig.RateOf rate) {
        return new Rate(rate.perSecond(), rate.burst());
    }

    static TransportLimits transport(SessionsConfig.Limits limits) {
        TransportLimits usual = TransportLimits.DEFAULT;
        return new TransportLimits(
                limits.messageBytesMax(),
                usual.fragmentsMax(),
                usual.queueBytesMax(),
                usual.queueFramesMax(),
                usual.controlFramesPerSecondMax(),
                usual.handshakeWithin(),
                usual.closeWithin(),
                livenessOf(limits));
    }

    /// How long a client may give no sign of life, reading included: a ping's interval and the time for its pong.
    private static Duration livenessOf(SessionsConfig.Limits limits) {
        return Duration.ofSeconds(limits.pingSeconds())
                .plusMillis(ProtocolLimits.DEFAULT.times().pongMillis());
    }

    static ProtocolLimits protocol(SessionsConfig.Limits limits) {
        ProtocolLimits usual = ProtocolLimits.DEFAULT;
        ProtocolLimits.Times times = usual.times();
        ProtocolLimits.Channels channels = usual.channels();
        SessionsConfig.PerConnection connection = limits.perConnection();
        return new ProtocolLimits(
                new ProtocolLimits.Times(
                        times.connectMillis(),
                        times.answerMillis(),
                        limits.pingSeconds(),
                        times.pongMillis(),
                        times.graceMillis(),
                        times.flushMillis()),
                new ProtocolLimits.Commands(
                        connection.commandsMax(), connection.inFlightMax(), connection.refusalsMax()),
                usual.outgoing(),
                new ProtocolLimits.Channels(
                        channels.nameBytesMax(), Math.max(channels.subscriptionsMax(), limits.subscriptionsMax() + 1)));
    }
}
