import Foundation

/// The machine that was measured, for people who compare.
enum Machine {
    static var description: String {
        let memory = field("MemTotal", in: "/proc/meminfo").split(separator: " ").first
        let gibibytes = (memory.flatMap { Double($0) } ?? 0) / 1_048_576
        var lines = [
            "- processor: \(field("model name", in: "/proc/cpuinfo")), "
                + "\(ProcessInfo.processInfo.processorCount) cores, \(text(gibibytes, 0)) GiB",
            "- kernel: \(content("/proc/sys/kernel/osrelease")), clock source "
                + content("/sys/devices/system/clocksource/clocksource0/current_clocksource"),
            "- virtual machine: \(isVirtual ? "yes" : "no")",
            "- mitigations: \(mitigations)",
            "- date: \(date)",
        ]
        if let load = content("/proc/loadavg").split(separator: " ").first {
            lines.append("- load average at the beginning: \(load)")
        }
        return lines.joined(separator: "\n")
    }

    /// What makes calls and returns in the kernel dear, and with them every hook.
    private static var mitigations: String {
        ["spectre_v2", "retbleed", "srso"].compactMap { name -> String? in
            let state = content("/sys/devices/system/cpu/vulnerabilities/" + name)
            return state.isEmpty ? nil : "\(name): \(state)"
        }.joined(separator: "; ")
    }

    private static var isVirtual: Bool {
        field("flags", in: "/proc/cpuinfo").split(separator: " ").contains("hypervisor")
    }

    private static var date: String {
        let format = ISO8601DateFormatter()
        format.formatOptions = [.withFullDate]
        return format.string(from: Date())
    }

    private static func content(_ path: String) -> String {
        ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "")
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static func field(_ name: String, in path: String) -> String {
        for line in content(path).split(separator: "\n") where line.hasPrefix(name) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            return line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        }
        return "unknown"
    }
}
