package parley.verify.internal.fault;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// A few commands to a Redis on this machine, one connection each.
final class RedisCommand {
    private final int port;
    private final String user;
    private final String password;

    /// Both may be empty; without a user the password is that of the default one.
    RedisCommand(int port, String user, String password) {
        this.port = port;
        this.user = user;
        this.password = password;
    }

    /// The number in the answer, -1 when there is none.
    long number(String... words) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 2_000);
            socket.setSoTimeout(5_000);
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            if (!password.isEmpty()) {
                String unused =
                        user.isEmpty() ? ask(socket, in, "AUTH", password) : ask(socket, in, "AUTH", user, password);
            }
            String answer = ask(socket, in, words);
            return answer.startsWith(":") ? Long.parseLong(answer.substring(1)) : answer.startsWith("+") ? 0 : -1;
        }
    }

    private static String ask(Socket socket, BufferedReader in, String... words) throws IOException {
        StringBuilder command = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            command.append('$')
                    .append(word.getBytes(StandardCharsets.UTF_8).length)
                    .append("\r\n")
                    .append(word)
                    .append("\r\n");
        }
        socket.getOutputStream().write(command.toString().getBytes(StandardCharsets.UTF_8));
        String answer = in.readLine();
        return answer == null ? "" : answer;
    }
}
