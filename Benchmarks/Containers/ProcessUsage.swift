import Foundation
import Glibc

/// What a process has used up to now, from /proc.
struct ProcessUsage {
    /// User and system time, to the clock tick (10 ms as a rule).
    var cpuSeconds: Double
    /// Resident bytes: all, and without files and shared maps such as the ring buffer's.
    var residentBytes: Int
    var privateBytes: Int

    struct Gone: Error, CustomStringConvertible {
        var pid: Int32
        var description: String { "process \(pid) is gone" }
    }

    init(pid: Int32) throws {
        guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8),
            let end = stat.lastIndex(of: ")")
        else { throw Gone(pid: pid) }
        // After the name come state (field 3) and so on; utime and stime are 14 and 15.
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12])
        else { throw Gone(pid: pid) }
        cpuSeconds = (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
        residentBytes = Self.kibibytes("VmRSS", status) << 10
        privateBytes = Self.kibibytes("RssAnon", status) << 10
    }

    /// The most bytes that were resident at once so far; nil once it is gone.
    static func peakBytes(pid: Int32) -> Int? {
        guard let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        else { return nil }
        let bytes = kibibytes("VmHWM", status) << 10
        return bytes > 0 ? bytes : nil
    }

    private static func kibibytes(_ name: String, _ status: String) -> Int {
        for line in status.split(separator: "\n") where line.hasPrefix(name + ":") {
            return line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first
                .flatMap { Int($0) } ?? 0
        }
        return 0
    }
}
