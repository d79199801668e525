package parley.accounts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import parley.accounts.Accounts.PasswordResult;
import parley.accounts.Tokens.SignInResult;
import parley.accounts.Tokens.SignedIn;
import parley.accounts.Tokens.VerifyResult;
import parley.kernel.Secret;
import parley.testkit.EachEngine;
import parley.testkit.TestDatabase;

@EachEngine("accounts")
final class SecretsIT {
    private static final List<String> TABLES = List.of(
            "accounts_account",
            "accounts_device",
            "accounts_refresh",
            "accounts_revocation",
            "accounts_ban",
            "accounts_api_key",
            "accounts_audit");

    private final TestDatabase database;

    SecretsIT(TestDatabase database) {
        this.database = database;
    }

    @Test
    void noPasswordTokenOrKeyIsStoredOrLogged() throws Exception {
        // Promise (I9, S19, S20): secrets are stored as hashes only, and nothing secret gets into a log.
        StringBuilder log = new StringBuilder();
        Handler everything = recording(log);
        Logger root = Logger.getLogger("");
        Level usual = root.getLevel();
        root.setLevel(Level.ALL);
        root.addHandler(everything);
        String stored;
        List<String> secrets;
        try (AccountsNode node = new AccountsNode(database.database())) {
            secrets = useSecrets(node);
            stored = dump();
        } finally {
            root.setLevel(usual);
            root.removeHandler(everything);
        }

        assertTrue(stored.contains("$argon2id$"), "the dump shows what is stored");
        for (String secret : secrets) {
            assertFalse(stored.contains(secret), "stored: " + secret);
            assertFalse(log.toString().contains(secret), "logged: " + secret);
        }
    }

    @Test
    void resultsPrintWithoutTheirSecrets() {
        // Promise (I9): a record that is logged by mistake shows no token.
        try (AccountsNode node = new AccountsNode(database.database())) {
            SignedIn device = node.signIn(node.signUp());

            assertFalse(device.toString().contains(device.accessToken().reveal()));
            assertFalse(device.toString().contains(device.refreshToken().reveal()));
        }
    }

    private static List<String> useSecrets(AccountsNode node) {
        Profile person = node.signUp();
        SignedIn first = node.signIn(person);
        String access = first.accessToken().reveal();
        assertInstanceOf(VerifyResult.Verified.class, node.tokens().verify(access));
        assertInstanceOf(VerifyResult.Invalid.class, node.tokens().verify(access + "x"));
        SignedIn second = assertInstanceOf(SignedIn.class, node.tokens().refresh(first.refreshToken()));
        Secret replacement = new Secret("another long password");
        assertInstanceOf(
                PasswordResult.Changed.class,
                node.accounts().changePassword(person.id(), second.device(), AccountsNode.PASSWORD, replacement));
        Secret guess = new Secret("a guess at the password");
        assertEquals(new SignInResult.Wrong(), node.signIn(person, guess));
        Secret key = node.administration()
                .createApiKey("test", AccountsNode.newHandle(), Set.of("admin"))
                .orElseThrow()
                .text();
        String family = first.refreshToken().reveal();
        return List.of(
                AccountsNode.PASSWORD.reveal(),
                replacement.reveal(),
                guess.reveal(),
                access,
                signature(second.accessToken()),
                family,
                family.substring(0, 40),
                second.refreshToken().reveal().substring(44),
                hex(family.substring(0, 40)),
                key.reveal(),
                key.reveal().substring(7));
    }

    private static String signature(Secret token) {
        return token.reveal().split("\\.", -1)[2];
    }

    private static String hex(String base64) {
        return HexFormat.of().formatHex(Base64.getUrlDecoder().decode(base64));
    }

    private String dump() throws SQLException {
        StringBuilder text = new StringBuilder();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            for (String table : TABLES) {
                try (ResultSet row = statement.executeQuery("select * from " + table)) {
                    while (row.next()) {
                        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                            append(text, row, i);
                        }
                    }
                }
            }
        }
        return text.toString();
    }

    private static void append(StringBuilder text, ResultSet row, int column) throws SQLException {
        text.append(row.getString(column)).append('\n');
        boolean isBytes = row.getMetaData().getColumnType(column) == Types.VARBINARY;
        byte[] bytes = isBytes ? row.getBytes(column) : null;
        if (bytes != null) {
            text.append(new String(bytes, StandardCharsets.ISO_8859_1)).append('\n');
            text.append(HexFormat.of().formatHex(bytes)).append('\n');
        }
    }

    private static Handler recording(StringBuilder log) {
        return new Handler() {
            @Override
            public synchronized void publish(LogRecord line) {
                log.append(line.getMessage()).append(line.getThrown()).append('\n');
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
    }
}
