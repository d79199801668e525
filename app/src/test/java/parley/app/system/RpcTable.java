package parley.app.system;

import java.util.List;
import java.util.Map;
import java.util.Set;
import parley.sessions.internal.protocol.message.Request;

/// Every rpc method and every command of the protocol, with data that is right in all fields: what
/// [RpcMatrixIT] tries with conversations that are not the caller's and with input that is wrong in one
/// thing each. A method or command without a line here fails the build.
final class RpcTable {
    private RpcTable() {}

    /// `data`: `%c` stands for a conversation, `%a` for an account. Fields in `optional` may be left
    /// out.
    record Method(String name, Reach reach, String data, Set<String> optional) {
        private Method(String name, Reach reach, String data, String... optional) {
            this(name, reach, data, Set.of(optional));
        }
    }

    enum Reach {
        /// Is about the one conversation it names: 1001 for whoever is not in it.
        CONVERSATION,
        /// Is about the caller, or about what everybody may know.
        CALLER
    }

    static final List<Method> METHODS = List.of(
            new Method(
                    "message.send",
                    Reach.CONVERSATION,
                    "{\"conversation\":\"%c\",\"id\":\"m\",\"body\":{\"text\":\"x\"},\"replyTo\":1,\"mentions\":[\"%a\"]}",
                    "replyTo",
                    "mentions"),
            new Method(
                    "message.edit",
                    Reach.CONVERSATION,
                    "{\"conversation\":\"%c\",\"seq\":1,\"body\":{\"text\":\"x\"}}"),
            new Method("message.recall", Reach.CONVERSATION, "{\"conversation\":\"%c\",\"seq\":1}"),
            new Method(
                    "message.react",
                    Reach.CONVERSATION,
                    "{\"conversation\":\"%c\",\"seq\":1,\"emoji\":\"+1\",\"on\":true}"),
            new Method("conversation.get", Reach.CONVERSATION, "{\"conversation\":\"%c\"}"),
            new Method("conversation.rename", Reach.CONVERSATION, "{\"conversation\":\"%c\",\"title\":\"Mine now\"}"),
            new Method("conversation.leave", Reach.CONVERSATION, "{\"conversation\":\"%c\"}"),
            new Method("members.list", Reach.CONVERSATION, "{\"conversation\":\"%c\",\"limit\":10}", "limit"),
            new Method("members.add", Reach.CONVERSATION, "{\"conversation\":\"%c\",\"accounts\":[\"%a\"]}"),
            new Method("members.remove", Reach.CONVERSATION, "{\"conversation\":\"%c\",\"account\":\"%a\"}"),
            new Method(
                    "members.role",
                    Reach.CONVERSATION,
                    "{\"conversation\":\"%c\",\"account\":\"%a\",\"role\":\"owner\"}"),
            new Method(
                    "members.mute",
                    Reach.CONVERSATION,
                    "{\"conversation\":\"%c\",\"account\":\"%a\",\"until\":4000000000000}"),
            new Method("receipts", Reach.CONVERSATION, "{\"conversation\":\"%c\",\"seq\":1,\"limit\":10}", "limit"),
            new Method("read", Reach.CONVERSATION, "{\"conversation\":\"%c\",\"seq\":1}"),
            new Method(
                    "conversation.create",
                    Reach.CALLER,
                    "{\"id\":\"new\",\"kind\":\"group\",\"title\":\"T\",\"members\":[\"%a\"]}"),
            new Method("conversation.list", Reach.CALLER, "{\"limit\":10}", "limit"),
            new Method("sync", Reach.CALLER, "{\"limit\":10}", "limit"),
            new Method("account.block", Reach.CALLER, "{\"account\":\"%a\"}"),
            new Method("account.unblock", Reach.CALLER, "{\"account\":\"%a\"}"),
            new Method("account.blocked", Reach.CALLER, "{\"limit\":10}", "limit"),
            new Method("account.get", Reach.CALLER, "{\"account\":\"%a\"}"),
            new Method("account.find", Reach.CALLER, "{\"handle\":\"alice.x\"}"));

    /// What each command asks for in the channel `%s`, once the connection is authenticated. A command
    /// whose text is empty names no channel, and has its own test.
    static final Map<Class<?>, String> COMMANDS = Map.ofEntries(
            Map.entry(Request.Connect.class, ""),
            Map.entry(Request.Subscribe.class, "\"subscribe\":{\"channel\":\"%s\"}"),
            Map.entry(Request.Unsubscribe.class, ""),
            Map.entry(Request.Publish.class, "\"publish\":{\"channel\":\"%s\",\"data\":{\"text\":\"x\"}}"),
            Map.entry(Request.Presence.class, "\"presence\":{\"channel\":\"%s\"}"),
            Map.entry(Request.PresenceStats.class, "\"presence_stats\":{\"channel\":\"%s\"}"),
            Map.entry(Request.History.class, "\"history\":{\"channel\":\"%s\",\"limit\":10}"),
            Map.entry(Request.Ping.class, ""),
            Map.entry(Request.Send.class, ""),
            Map.entry(Request.Rpc.class, ""),
            Map.entry(Request.Refresh.class, ""),
            Map.entry(Request.SubRefresh.class, "\"sub_refresh\":{\"channel\":\"%s\",\"token\":\"x\"}"));
}
