import Foundation
import Glibc
import Synchronization

/// What test processes that were killed left behind, and what this one must not.
public enum Leftovers {
    private static let live = Mutex<[String: RuncContainer]>([:])
    private static let started = Mutex(false)

    static func register(_ container: RuncContainer) {
        live.withLock { $0[container.id] = container }
    }

    static func forget(_ container: RuncContainer) {
        live.withLock { $0[container.id] = nil }
    }

    /// At the first container: removes leftovers, and has this process' own removed at exit.
    static func sweepOnce() {
        let isFirst = started.withLock { started in
            defer { started = true }
            return !started
        }
        guard isFirst else { return }
        sweep()
        atexit {
            for container in Leftovers.live.withLock({ Array($0.values) }) { container.delete() }
        }
    }

    /// Removes an agent's pins, links first; none are no error.
    public static func removePins(_ directory: String) {
        let manager = FileManager.default
        for layout in (try? manager.contentsOfDirectory(atPath: directory)) ?? [] {
            let parts = (try? manager.contentsOfDirectory(atPath: directory + "/" + layout)) ?? []
            for part in parts.sorted() where part.hasPrefix("links-") {
                try? manager.removeItem(atPath: "\(directory)/\(layout)/\(part)")
            }
        }
        try? manager.removeItem(atPath: directory)
    }

    /// Removes the test containers and pins whose maker no longer runs, and only those: other test runs
    /// on the same machine keep theirs.
    public static func sweep() {
        let manager = FileManager.default
        let names = ["/run/runc", "/tmp", "/sys/fs/bpf"].flatMap {
            (try? manager.contentsOfDirectory(atPath: $0)) ?? []
        }
        for name in Set(names) {
            guard name.hasPrefix(RuncContainer.prefix) else { continue }
            let parts = name.split(separator: "-")
            guard parts.count >= 5, let maker = Int32(parts[parts.count - 2]),
                Int(parts[parts.count - 1]) != nil, kill(maker, 0) != 0, errno == ESRCH
            else { continue }
            RuncContainer.remove(id: name, cgroupPath: "/" + name)
            removePins("/sys/fs/bpf/" + name)
        }
    }
}
