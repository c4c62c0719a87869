internal import Glibc
internal import Synchronization

/// Asks the loop to end: SIGINT and SIGTERM do, once they are caught.
public enum Stop {
    private static let requested = Atomic<Bool>(false)

    public static var isRequested: Bool { requested.load(ordering: .relaxed) }

    public static func request() { requested.store(true, ordering: .relaxed) }

    /// From now on SIGINT and SIGTERM ask for an end; a second one ends at once.
    public static func catchSignals() {
        for number in [SIGINT, SIGTERM] {
            var action = sigaction()
            unsafe action.__sigaction_handler.sa_handler = { number in
                Stop.request()
                _ = signal(number, SIG_DFL)
            }
            _ = unsafe sigaction(number, &action, nil)
        }
        _ = signal(SIGPIPE, SIG_IGN)
    }
}
