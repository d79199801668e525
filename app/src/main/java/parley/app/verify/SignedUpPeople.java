package parley.app.verify;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import parley.verify.People;
import parley.verify.VerifyFault;

/// Signs people up over REST, where nobody else can open the database. Their tokens are renewed by
/// signing in again. Used by one thread, but for the tokens.
public final class SignedUpPeople implements People {
    private static final Duration TOKEN_AGE_MAX = Duration.ofMinutes(10);
    private static final int TRIES_MAX = 30;
    private static final String NAME = "Verify ";
    private static final Pattern HANDLE = Pattern.compile("verify\\.[0-9a-z]{8}\\.([0-9]{1,6})");

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final List<String> addresses;
    private final List<String> accounts = new ArrayList<>();
    private final String run = "verify." + Long.toString(System.currentTimeMillis(), Character.MAX_RADIX) + ".";
    private final String password = UUID.randomUUID().toString();
    private int made;

    /// `addresses` end with a slash.
    public SignedUpPeople(List<String> addresses) {
        this.addresses = List.copyOf(addresses);
    }

    @Override
    public List<Person> speakers(List<Integer> devices) {
        List<Person> people = new ArrayList<>();
        for (int count : devices) {
            SignedUp one = signUp();
            List<Supplier<String>> tokens = new ArrayList<>();
            for (int device = 0; device < count; device++) {
                tokens.add(new Renewed(one.handle(), "verify " + device));
            }
            people.add(new Person(one.account(), tokens));
        }
        return people;
    }

    @Override
    public List<String> silent(int count) {
        List<String> accounts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            accounts.add(signUp().account());
        }
        return accounts;
    }

    /// Those who were signed up so far; one whose answer was lost is missing.
    public List<String> accounts() {
        return List.copyOf(accounts);
    }

    /// Whether an account with this handle and this name is one that some run signed up.
    static boolean made(String handle, String displayName) {
        Matcher matcher = HANDLE.matcher(handle);
        return matcher.matches() && displayName.equals(NAME + (Integer.parseInt(matcher.group(1)) + 1));
    }

    private record SignedUp(String account, String handle) {}

    private SignedUp signUp() {
        while (true) {
            String handle = run + made++;
            Optional<JsonObject> account = post(
                    "accounts",
                    Json.createObjectBuilder()
                            .add("handle", handle)
                            .add("displayName", NAME + made)
                            .add("password", password)
                            .build());
            if (account.isPresent()) {
                String id = account.get().getString("id");
                accounts.add(id);
                return new SignedUp(id, handle);
            }
            // Taken: by an attempt of ours whose answer was lost. Another one, then.
        }
    }

    /// A token that is fetched anew when it has become old. Thread-safe.
    private final class Renewed implements Supplier<String> {
        private final ReentrantLock lock = new ReentrantLock();
        private final String handle;
        private final String device;
        private String token = "";
        private long since;

        Renewed(String handle, String device) {
            this.handle = handle;
            this.device = device;
        }

        @Override
        public String get() {
            lock.lock();
            try {
                if (token.isEmpty() || System.nanoTime() - since > TOKEN_AGE_MAX.toNanos()) {
                    token = post(
                                    "tokens",
                                    Json.createObjectBuilder()
                                            .add("handle", handle)
                                            .add("password", password)
                                            .add("device", device)
                                            .build())
                            .orElseThrow()
                            .getString("accessToken");
                    since = System.nanoTime();
                }
                return token;
            } finally {
                lock.unlock();
            }
        }
    }

    /// Asks one address after the other until one does it; a server that is away comes back. Empty when an
    /// attempt whose answer was lost may have done it.
    private Optional<JsonObject> post(String path, JsonObject body) {
        int status = 0;
        for (int attempt = 0; attempt < TRIES_MAX; attempt++) {
            String address = addresses.get(attempt % addresses.size());
            HttpRequest request = HttpRequest.newBuilder(URI.create(address + "api/v1/" + path))
                    .timeout(Duration.ofSeconds(10))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                    .build();
            try {
                HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
                status = response.statusCode();
                if (status / 100 == 2) {
                    try (JsonReader reader = Json.createReader(new StringReader(response.body()))) {
                        return Optional.of(reader.readObject());
                    }
                }
                if (status == 409 && attempt > 0) {
                    return Optional.empty();
                }
                if (status < 500 && status != 429) {
                    break;
                }
                Thread.sleep(Duration.ofMillis(500));
            } catch (IOException away) {
                pause();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new VerifyFault("Interrupted.", stopped);
            }
        }
        throw new VerifyFault(addresses.getFirst() + "api/v1/" + path + " does not do it (status " + status + ").");
    }

    private static void pause() {
        try {
            Thread.sleep(Duration.ofMillis(500));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new VerifyFault("Interrupted.", stopped);
        }
    }
}
