package parley.app.system;

import java.util.stream.Stream;

/// Upgrade requests, good and bad, and the status that each gets from the node and from nginx before it.
/// Where the two differ, nginx answers by itself or repairs the request.
final class HandshakeTable {
    static final String ORIGIN = "https://chat.example";

    private static final String GOOD = RawHttp.upgrade("");

    /// `request` gets the status `direct` from the node, `proxied` through nginx.
    record Row(String name, int direct, int proxied, String request) {}

    private HandshakeTable() {}

    static Stream<Row> rows() {
        return Stream.of(
                        headers(),
                        keysAndVersions(),
                        requestLines(),
                        bodies(),
                        hosts(),
                        origins(),
                        subprotocols(),
                        sizes())
                .flatMap(rows -> rows);
    }

    private static Stream<Row> headers() {
        return Stream.of(
                same("T2 good", 101, GOOD),
                same("T2 Upgrade: WebSocket", 101, GOOD.replace("Upgrade: websocket", "Upgrade: WebSocket")),
                same("T2 UPGRADE: WEBSOCKET", 101, GOOD.replace("Upgrade: websocket", "UPGRADE: WEBSOCKET")),
                same("T2 Upgrade: h2c", 404, GOOD.replace("Upgrade: websocket", "Upgrade: h2c")),
                same("T2 Upgrade: websocket, h2c", 404, GOOD.replace("Upgrade: websocket", "Upgrade: websocket, h2c")),
                same("T2 no Upgrade", 404, GOOD.replace("Upgrade: websocket\r\n", "")),
                same("T2 Connection: keep-alive, Upgrade", 101, connection("keep-alive, Upgrade")),
                same("T2 Connection: uPGRADE", 101, connection("uPGRADE")),
                same("T2 Connection in two lines", 101, connection("keep-alive\r\nConnection: Upgrade")),
                // nginx states the connection to the node by itself, for whoever asks for an upgrade.
                row("T2 Connection: upgraded", 400, 101, connection("upgraded")),
                row("T2 Connection: close", 400, 101, connection("close")),
                row("T2 no Connection", 400, 101, GOOD.replace("Connection: Upgrade\r\n", "")),
                same(
                        "T7 permessage-deflate",
                        101,
                        RawHttp.upgrade("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n")),
                same("T7 unknown extension", 101, RawHttp.upgrade("Sec-WebSocket-Extensions: x-rot13\r\n")),
                row("a space before a colon", 400, 400, GOOD.replace("Upgrade: websocket", "Upgrade : websocket")),
                row("a folded header", 400, 400, RawHttp.upgrade("X-A: 1\r\n 2\r\n")),
                row("a header with NUL", 400, 400, RawHttp.upgrade("X-A: 1\0002\r\n")),
                row("lines that end in LF", 400, 101, GOOD.replace("\r\n", "\n") + "\r\n\r\n"));
    }

    private static Stream<Row> keysAndVersions() {
        return Stream.of(
                same("T2 no key", 400, GOOD.replace("Sec-WebSocket-Key", "X-Key")),
                same("T2 two keys", 400, RawHttp.upgrade("Sec-WebSocket-Key: " + RawHttp.KEY + "\r\n")),
                same("T2 short key", 400, GOOD.replace(RawHttp.KEY, "c2hvcnQ=")),
                same("T2 key that is no base64", 400, GOOD.replace(RawHttp.KEY, "!".repeat(24))),
                same("T2 empty key", 400, GOOD.replace(RawHttp.KEY, "")),
                same("T3 version 8", 426, GOOD.replace("Version: 13", "Version: 8")),
                same("T3 version 13, 8", 426, GOOD.replace("Version: 13", "Version: 13, 8")),
                same("T3 no version", 426, GOOD.replace("Sec-WebSocket-Version: 13\r\n", "")),
                same("T3 two versions", 426, RawHttp.upgrade("Sec-WebSocket-Version: 8\r\n")));
    }

    private static Stream<Row> requestLines() {
        return Stream.of(
                same("T2 POST", 405, GOOD.replace("GET ", "POST ")),
                same("T2 PUT", 405, GOOD.replace("GET ", "PUT ")),
                // Methods are told apart by their letters, not by capitals.
                row("T2 method in small letters", 101, 400, GOOD.replace("GET ", "get ")),
                row("T2 HTTP/1.0", 505, 101, GOOD.replace("HTTP/1.1", "HTTP/1.0")),
                row("T2 HTTP/2.0", 400, 505, GOOD.replace("HTTP/1.1", "HTTP/2.0")),
                same("T1 another path", 404, path("/connection/websockets")),
                same("T1 below the path", 404, path("/connection/websocket/x")),
                same("T1 a path with a slash at its end", 404, path("/connection/websocket/")),
                same("T1 a path in capitals", 404, path("/connection/WebSocket")),
                same("T1 a path in escapes", 404, path("/connection/%77ebsocket")),
                same("T1 a path with dots", 404, path("/x/../connection/websocket")),
                same("T5 token", 401, path("/connection/websocket?a=b&token=x")),
                same("T5 access_token", 401, path("/connection/websocket?access_token=")));
    }

    private static Stream<Row> bodies() {
        return Stream.of(
                same("T2 body", 404, RawHttp.upgrade("Content-Length: 5\r\n") + "hello"),
                same(
                        "T2 chunked body",
                        404,
                        RawHttp.upgrade("Transfer-Encoding: chunked\r\n") + "5\r\nhello\r\n0\r\n\r\n"),
                same("T2 body of 0 bytes", 101, RawHttp.upgrade("Content-Length: 0\r\n")),
                same("two lengths", 400, RawHttp.upgrade("Content-Length: 5\r\nContent-Length: 6\r\n") + "hello!"),
                same(
                        "a length and chunks",
                        400,
                        RawHttp.upgrade("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n"),
                same("a length below zero", 400, RawHttp.upgrade("Content-Length: -1\r\n")),
                row(
                        "an unknown transfer encoding",
                        400,
                        501,
                        RawHttp.upgrade("Transfer-Encoding: xchunked\r\n") + "0\r\n\r\n"));
    }

    private static Stream<Row> hosts() {
        return Stream.of(
                same("T2 no Host", 400, GOOD.replace("Host: 127.0.0.1\r\n", "")),
                same("T2 two Hosts", 400, GOOD.replace("Host:", "Host: a\r\nHost:")),
                same("T2 empty Host", 400, GOOD.replace("Host: 127.0.0.1", "Host: ")));
    }

    private static Stream<Row> origins() {
        return Stream.of(
                same("T4 S1 the allowed origin", 101, origin(ORIGIN)),
                same("T4 S1 another origin", 403, origin("https://evil.example")),
                same("T4 S1 an origin that begins alike", 403, origin("https://chat.example.evil.com")),
                same("T4 S1 an origin that ends alike", 403, origin("https://evilchat.example")),
                same("T4 S1 another scheme", 403, origin("http://chat.example")),
                same("T4 S1 another port", 403, origin("https://chat.example:8443")),
                same("T4 S1 capitals", 403, origin("HTTPS://CHAT.EXAMPLE")),
                same("T4 S1 null", 403, origin("null")),
                same("T4 S1 two origins", 403, origin(ORIGIN + "\r\nOrigin: https://evil.example")),
                same("T4 S1 the own host, not listed", 403, origin("http://127.0.0.1")),
                same("T4 S1 a cookie and no origin", 101, RawHttp.upgrade("Cookie: session=1\r\n")));
    }

    private static Stream<Row> subprotocols() {
        return Stream.of(
                same("T6 JSON", 101, subprotocol("centrifuge-json")),
                same("T6 Protobuf", 101, subprotocol("centrifuge-protobuf")),
                same("T6 several", 101, subprotocol("mqtt, centrifuge-json, centrifuge-protobuf")),
                same("T6 unknown", 101, subprotocol("mqtt")),
                same("T6 empty", 101, subprotocol("")));
    }

    private static Stream<Row> sizes() {
        return Stream.of(
                same("a header of 7,000 bytes", 101, RawHttp.upgrade("X-Long: " + "x".repeat(7_000) + "\r\n")),
                row("a header of 10,000 bytes", 101, 400, RawHttp.upgrade("X-Long: " + "x".repeat(10_000) + "\r\n")),
                same("a header of 20,000 bytes", 400, RawHttp.upgrade("X-Long: " + "x".repeat(20_000) + "\r\n")),
                row("1,500 headers", 400, 400, RawHttp.upgrade("X-Header-Of-Many: 1\r\n".repeat(1_500))),
                same("a path of 20,000 bytes", 414, path("/connection/websocket?x=" + "x".repeat(20_000))));
    }

    private static Row same(String name, int status, String request) {
        return new Row(name, status, status, request);
    }

    private static Row row(String name, int direct, int proxied, String request) {
        return new Row(name, direct, proxied, request);
    }

    private static String path(String path) {
        return GOOD.replace("/connection/websocket", path);
    }

    private static String connection(String tokens) {
        return GOOD.replace("Connection: Upgrade", "Connection: " + tokens);
    }

    private static String origin(String origin) {
        return RawHttp.upgrade("Origin: " + origin + "\r\n");
    }

    private static String subprotocol(String names) {
        return RawHttp.upgrade("Sec-WebSocket-Protocol: " + names + "\r\n");
    }
}
