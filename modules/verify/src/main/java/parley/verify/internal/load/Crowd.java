package parley.verify.internal.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import parley.verify.Journal;
import parley.verify.People;
import parley.verify.internal.client.RawLink;
import parley.verify.internal.client.SdkLink;

/// Everybody: people with their devices, spread over the addresses, every second one with an SDK where
/// there is one.
final class Crowd {
    private final List<Device> devices = new ArrayList<>();
    private final List<String> speakers = new ArrayList<>();
    private final List<String> silent;
    private final Map<String, List<Device>> byAccount;

    Crowd(List<People.Person> people, List<String> silent, List<String> addresses, boolean sdk, Journal journal) {
        this.silent = List.copyOf(silent);
        int number = 0;
        // People with as many devices are spread evenly, those with one device among them.
        Map<Integer, Integer> places = new HashMap<>();
        for (People.Person person : people) {
            speakers.add(person.account());
            for (var token : person.tokens()) {
                int index = number++;
                int place = places.merge(person.tokens().size(), 1, Integer::sum) - 1;
                ReentrantLock lock = new ReentrantLock();
                boolean useSdk = sdk && index % 2 == 1;
                devices.add(new Device(
                        "d" + index,
                        person.account(),
                        journal,
                        lock,
                        device -> useSdk
                                ? new SdkLink(lock, addresses.get(place % addresses.size()), token, device)
                                : new RawLink(lock, addresses, place, token, device)));
            }
        }
        byAccount = devices.stream().collect(Collectors.groupingBy(device -> device.account));
    }

    List<Device> devices() {
        return devices;
    }

    /// Accounts with devices.
    List<String> speakers() {
        return speakers;
    }

    /// Accounts without.
    List<String> silent() {
        return silent;
    }

    List<Device> of(List<String> accounts) {
        return accounts.stream()
                .flatMap(account -> byAccount.getOrDefault(account, List.of()).stream())
                .toList();
    }

    List<Device> of(String account) {
        return of(List.of(account));
    }

    /// One that is connected, of `among`; the same for all tries when `random` is; empty when none is.
    static java.util.Optional<Device> connected(List<Device> among, Random random) {
        int first = random.nextInt(Math.max(1, among.size()));
        for (int i = 0; i < among.size(); i++) {
            Device device = among.get((first + i) % among.size());
            if (device.isConnected()) {
                return java.util.Optional.of(device);
            }
        }
        return java.util.Optional.empty();
    }

    void start() {
        devices.forEach(Device::start);
    }

    /// False when not all were connected in time.
    boolean awaitConnected(Duration longest) {
        return Pause.until(longest, () -> devices.stream().allMatch(Device::isConnected));
    }

    void stop() {
        devices.parallelStream().forEach(Device::stop);
    }
}
