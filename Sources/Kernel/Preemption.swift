/// Whether the kernel takes the processor from a task in the middle of the kernel's own work.
///
/// A program that changes what a kernel function returns is skipped where it is entered while it
/// is under way on the same processor for another task. That takes such a kernel.
public enum Preemption {
    /// True where it cannot be told.
    public static let mayHappen = mayHappen(
        version: Files.text("/proc/version"), chosen: Files.text("/sys/kernel/debug/sched/preempt"),
        commandLine: Files.text("/proc/cmdline"))

    /// - Parameter chosen: `none (voluntary) full`; empty where debugfs is not mounted.
    public static func mayHappen(version: String, chosen: String, commandLine: String) -> Bool {
        guard version.contains("PREEMPT") else { return version.isEmpty }
        guard version.contains("PREEMPT_DYNAMIC") else { return true }
        let gentle = ["none", "voluntary"]
        if !chosen.isEmpty { return !gentle.contains { chosen.contains("(\($0))") } }
        let words = commandLine.split(whereSeparator: \.isWhitespace)
        return !gentle.contains { words.last { $0.hasPrefix("preempt=") } == "preempt=\($0)" }
    }
}
