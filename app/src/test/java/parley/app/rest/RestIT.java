package parley.app.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import jakarta.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import parley.accounts.wiring.AccountsConfig;
import parley.app.rest.RestServer.Answer;
import parley.app.rest.RestServer.Person;
import parley.kernel.AccountId;

/// What each route of the contract does, over real HTTP.
final class RestIT {
    private static RestServer server;

    @BeforeAll
    static void start() {
        server = new RestServer(AccountsConfig.defaults(), List.of(RestServer.ALLOWED_ORIGIN));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void signUpAnswersTheAccountAndWhereItIs() {
        // Promise: POST /api/v1/accounts answers 201 {id, handle, displayName} and Location.
        String handle = RestServer.newHandle();
        Answer made =
                server.post("/api/v1/accounts", RestServer.signUp(handle, "Anna \uD83D\uDE80", RestServer.PASSWORD));

        assertEquals(201, made.status());
        assertEquals(Set.of("id", "handle", "displayName"), made.body().keySet());
        assertTrue(made.text("id").matches("[1-9][0-9]{17,18}"), made.text("id"));
        assertEquals(handle, made.text("handle"));
        assertEquals("Anna \uD83D\uDE80", made.text("displayName"));
        assertEquals("no-store", made.header("Cache-Control"));
        Answer there = server.get(made.header("Location"), RestServer.as(server.signIn(handle)));
        assertEquals(
                made.text("id"),
                there.body().getJsonArray("accounts").getJsonObject(0).getString("id"));
    }

    @Test
    void aTakenHandleIsAConflict() {
        // Promise: 409 when the handle is taken.
        Person person = server.newPerson();

        Answer again =
                server.post("/api/v1/accounts", RestServer.signUp(person.handle(), "Other", RestServer.PASSWORD));

        assertProblem(again, 409, "urn:parley:problem:handle-taken");
    }

    @Test
    void aClosedServerRefusesSignUp() {
        // Promise: 403 when sign-up is closed.
        AccountsConfig open = AccountsConfig.defaults();
        AccountsConfig closed = new AccountsConfig(
                false,
                open.issuer(),
                open.accessTokenLifetime(),
                open.refreshTokenLifetime(),
                open.hashThreads(),
                open.hashQueueMax(),
                open.attemptsPerHandle(),
                open.attemptsPerAddress(),
                open.attemptWindow(),
                open.verifiedTokensMax(),
                open.cachedProfilesMax(),
                open.blockedMax());
        try (RestServer other = new RestServer(closed, List.of())) {
            Answer refused = other.post(
                    "/api/v1/accounts", RestServer.signUp(RestServer.newHandle(), "Anna", RestServer.PASSWORD));
            assertProblem(refused, 403, "urn:parley:problem:sign-up-closed");
        }
    }

    @Test
    void signInAnswersTokensThatTheMeRouteTakes() {
        // Promise: POST /api/v1/tokens answers 201 {account, device, accessToken, expiresIn, refreshToken}.
        Person person = server.newPerson();
        Answer tokens = server.post("/api/v1/tokens", RestServer.signIn(person.handle(), RestServer.PASSWORD, false));

        assertEquals(201, tokens.status());
        assertEquals(
                Set.of("account", "device", "accessToken", "expiresIn", "refreshToken"),
                tokens.body().keySet());
        assertEquals(900, tokens.body().getInt("expiresIn"));
        Answer me = server.get("/api/v1/accounts/me", "Authorization", "bearer " + tokens.text("accessToken"));
        assertEquals(200, me.status());
        assertEquals(person.account(), me.text("id"));
    }

    @Test
    void unknownAndWrongGetTheSameAnswer() {
        // Promise (S7): 401, the same but for the error id, for an unknown handle and a wrong password.
        Person person = server.newPerson();
        Answer wrong = server.post("/api/v1/tokens", RestServer.signIn(person.handle(), "not the password", false));
        Answer unknown =
                server.post("/api/v1/tokens", RestServer.signIn(RestServer.newHandle(), "not the password", false));

        assertProblem(wrong, 401, "urn:parley:problem:wrong-credentials");
        assertEquals(withoutErrorId(wrong), withoutErrorId(unknown));
        assertEquals(
                wrong.response().headers().map().keySet(),
                unknown.response().headers().map().keySet());
    }

    @Test
    void tooManyFailuresAnswer429WithRetryAfterAndDisturbNobodyWhoIsSignedIn() {
        // Promise (S6): 429 with Retry-After; a lock never affects logged-in users.
        Person person = server.newPerson();
        String wrong = RestServer.signIn(person.handle(), "not the password", false);
        for (int i = 0; i < 5; i++) {
            assertEquals(
                    401,
                    server.post("/api/v1/tokens", wrong, "X-Forwarded-For", "198.51.100.1")
                            .status());
        }

        Answer locked = server.post(
                "/api/v1/tokens",
                RestServer.signIn(person.handle(), RestServer.PASSWORD, false),
                "X-Forwarded-For",
                "198.51.100.1");

        assertProblem(locked, 429, "urn:parley:problem:too-many-requests");
        int wait = Integer.parseInt(locked.header("Retry-After"));
        assertTrue(wait > 800 && wait <= 900, "Retry-After " + wait);
        assertEquals(
                200, server.get("/api/v1/accounts/me", RestServer.as(person)).status());
        assertEquals(200, refresh(person.refreshToken()).status());
    }

    @Test
    void anAddressIsLimitedAsTheTrustedProxyNamesIt() {
        // Promise (S6, S14): 20 failures per client address; what a client itself puts in front does not count.
        for (int i = 0; i < 20; i++) {
            Answer wrong = server.post(
                    "/api/v1/tokens",
                    RestServer.signIn(RestServer.newHandle(), "not the password", false),
                    "X-Forwarded-For",
                    "203.0.113." + i + ", 198.51.100.20");
            assertEquals(401, wrong.status());
        }
        Person person = server.newPerson();
        String right = RestServer.signIn(person.handle(), RestServer.PASSWORD, false);

        assertEquals(
                429,
                server.post("/api/v1/tokens", right, "X-Forwarded-For", "198.51.100.20")
                        .status());
        assertEquals(
                201,
                server.post("/api/v1/tokens", right, "X-Forwarded-For", "198.51.100.21")
                        .status());
    }

    @Test
    void refreshGivesBothTokensNewAndAUsedOneSignsTheDeviceOut() {
        // Promise: POST /api/v1/tokens/refresh; a used refresh token signs that device out (401).
        Person person = server.newPerson();
        Answer second = refresh(person.refreshToken());

        assertEquals(200, second.status());
        assertEquals(person.device(), second.text("device"));
        assertNotEquals(person.refreshToken(), second.text("refreshToken"));
        assertNotEquals(person.accessToken(), second.text("accessToken"));
        assertProblem(refresh(person.refreshToken()), 401, "urn:parley:problem:refresh-refused");
        assertProblem(refresh(second.text("refreshToken")), 401, "urn:parley:problem:refresh-refused");
        assertEquals(
                401, server.get("/api/v1/accounts/me", RestServer.as(person)).status());
    }

    @Test
    void signOutEndsTheDevice() {
        // Promise: DELETE /api/v1/tokens/current answers 204; the tokens of this device are refused.
        Person person = server.newPerson();
        Person other = server.signIn(person.handle());

        assertEquals(
                204,
                server.send("DELETE", "/api/v1/tokens/current", null, RestServer.as(person))
                        .status());

        assertEquals(
                401, server.get("/api/v1/accounts/me", RestServer.as(person)).status());
        assertEquals(401, refresh(person.refreshToken()).status());
        assertEquals(
                200, server.get("/api/v1/accounts/me", RestServer.as(other)).status());
    }

    @Test
    void renamingAnswersTheAccount() {
        // Promise: PATCH /api/v1/accounts/me {displayName}.
        Person person = server.newPerson();

        Answer renamed =
                server.send("PATCH", "/api/v1/accounts/me", "{\"displayName\":\"Berta <b>\"}", RestServer.as(person));

        assertEquals(200, renamed.status());
        assertEquals("Berta <b>", renamed.text("displayName"));
        assertEquals(
                "Berta <b>",
                server.get("/api/v1/accounts/me", RestServer.as(person)).text("displayName"));
    }

    @Test
    void aChangedPasswordSignsOutTheOthers() {
        // Promise: PUT /api/v1/accounts/me/password {current, new} signs out the other devices.
        Person person = server.newPerson();
        Person other = server.signIn(person.handle());
        String change = "{\"current\":\"" + RestServer.PASSWORD + "\",\"new\":\"another long password\"}";
        String guess = "{\"current\":\"not the password\",\"new\":\"another long password\"}";

        assertProblem(
                server.send("PUT", "/api/v1/accounts/me/password", guess, RestServer.as(person)),
                403,
                "urn:parley:problem:wrong-password");
        assertEquals(
                204,
                server.send("PUT", "/api/v1/accounts/me/password", change, RestServer.as(person))
                        .status());

        assertEquals(
                200, server.get("/api/v1/accounts/me", RestServer.as(person)).status());
        assertEquals(
                401, server.get("/api/v1/accounts/me", RestServer.as(other)).status());
        assertEquals(
                401,
                server.post("/api/v1/tokens", RestServer.signIn(person.handle(), RestServer.PASSWORD, false))
                        .status());
    }

    @Test
    void accountsAreFoundByExactHandleByWhoeverIsSignedIn() {
        // Promise: GET /api/v1/accounts?handle=h answers {accounts:[...]}, exact match, needs a token.
        Person person = server.newPerson();
        Person friend = server.newPerson();

        Answer found = server.get("/api/v1/accounts?handle=" + friend.handle(), RestServer.as(person));
        JsonObject account = found.body().getJsonArray("accounts").getJsonObject(0);
        assertEquals(friend.account(), account.getString("id"));
        assertEquals(Set.of("id", "handle", "displayName"), account.keySet());
        Answer nobody = server.get("/api/v1/accounts?handle=nobody.here", RestServer.as(person));
        assertEquals(0, nobody.body().getJsonArray("accounts").size());
        assertEquals(
                401, server.get("/api/v1/accounts?handle=" + friend.handle()).status());
        assertProblem(server.get("/api/v1/accounts", RestServer.as(person)), 400, "urn:parley:problem:invalid-input");
    }

    @Test
    void devicesAreListedAndSignedOut() {
        // Promise: GET /api/v1/devices, DELETE /api/v1/devices/{id}: own devices only; 404 for absent and foreign.
        Person phone = server.newPerson();
        Person laptop = server.signIn(phone.handle());
        Person stranger = server.newPerson();

        List<JsonObject> devices = server.get("/api/v1/devices", RestServer.as(phone))
                .body()
                .getJsonArray("devices")
                .getValuesAs(JsonObject.class);
        assertEquals(
                List.of(laptop.device(), phone.device()),
                devices.stream().map(device -> device.getString("id")).toList());
        assertFalse(devices.getFirst().getBoolean("current"));
        assertTrue(devices.getLast().getBoolean("current"));
        assertTrue(Instant.parse(devices.getFirst().getString("createdAt")).isBefore(Instant.now()));

        String path = "/api/v1/devices/";
        assertEquals(
                404,
                server.send("DELETE", path + laptop.device(), null, RestServer.as(stranger))
                        .status());
        assertEquals(
                404,
                server.send("DELETE", path + "1", null, RestServer.as(phone)).status());
        assertEquals(
                404,
                server.send("DELETE", path + "x", null, RestServer.as(phone)).status());
        assertEquals(
                200, server.get("/api/v1/accounts/me", RestServer.as(laptop)).status());
        assertEquals(
                204,
                server.send("DELETE", path + laptop.device(), null, RestServer.as(phone))
                        .status());
        assertEquals(
                204,
                server.send("DELETE", path + laptop.device(), null, RestServer.as(phone))
                        .status());
        assertEquals(
                401, server.get("/api/v1/accounts/me", RestServer.as(laptop)).status());
    }

    @Test
    void aBannedAccountIsToldSo() {
        // Promise: a ban refuses tokens, refresh and sign-in; whoever knows the password is told why.
        Person person = server.newPerson();
        AccountId id = AccountId.parse(person.account()).orElseThrow();
        assertTrue(server.module().administration().ban("test", id, "spam <script>", null));

        String banned = "urn:parley:problem:account-banned";
        assertProblem(server.get("/api/v1/accounts/me", RestServer.as(person)), 403, banned);
        assertProblem(refresh(person.refreshToken()), 403, banned);
        Answer refused = server.post("/api/v1/tokens", RestServer.signIn(person.handle(), RestServer.PASSWORD, false));
        assertProblem(refused, 403, banned);
        assertFalse(refused.response().body().contains("spam"), "the reason is for operators");
    }

    @Test
    void publicKeysVerifyTokens() throws Exception {
        // Promise: /.well-known/jwks.json holds the public keys of access tokens.
        Person person = server.newPerson();
        Answer keys = server.get("/.well-known/jwks.json");

        assertEquals(200, keys.status());
        assertEquals("application/jwk-set+json", keys.header("Content-Type"));
        SignedJWT token = SignedJWT.parse(person.accessToken());
        JWKSet published = JWKSet.parse(keys.response().body());
        assertTrue(token.verify(new RSASSAVerifier(
                published.getKeyByKeyId(token.getHeader().getKeyID()).toRSAKey())));
        assertEquals(person.account(), token.getJWTClaimsSet().getSubject());
    }

    private static Answer refresh(String token) {
        return server.post("/api/v1/tokens/refresh", "{\"refreshToken\":\"" + token + "\"}");
    }

    private static String withoutErrorId(Answer answer) {
        return answer.response().body().replaceAll("\"errorId\":\"[0-9a-f]+\"", "");
    }

    static void assertProblem(Answer answer, int status, String type) {
        assertEquals(status, answer.status(), () -> answer.response().body());
        assertEquals("application/problem+json", answer.header("Content-Type"));
        assertEquals(type, answer.text("type"));
        assertEquals(status, answer.body().getInt("status"));
        assertTrue(answer.text("errorId").matches("[0-9a-f]{16}"));
        assertFalse(answer.text("title").isEmpty());
        assertFalse(answer.text("detail").isEmpty());
    }
}
