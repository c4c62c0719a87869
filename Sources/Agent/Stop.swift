internal import Glibc
internal import Synchronization

/// Asks a session to end: SIGINT and SIGTERM do, once they are caught.
public enum Stop {
    private static let requested = Atomic<Bool>(false)

    public static var isRequested: Bool { requested.load(ordering: .relaxed) }

    public static func request() { requested.store(true, ordering: .relaxed) }

    /// From now on SIGINT and SIGTERM ask for an end, and a second one ends at once.
    public static func catchSignals() {
        for number in [SIGINT, SIGTERM] {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { number in
                Stop.request()
                signal(number, SIG_DFL)
            }
            sigaction(number, &action, nil)
        }
        signal(SIGPIPE, SIG_IGN)
    }
}
