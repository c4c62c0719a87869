internal import Baseline
public import Decision

/// Alerts for a terminal: two lines each, coloured only where asked for.
public struct AlertText: Sendable {
    public var coloured: Bool

    public init(coloured: Bool) { self.coloured = coloured }

    public func lines(_ alert: Alert) -> [String] {
        let clock = Timestamp.clock(alert.time)
        let verdict = paint(alert.verdict, Self.pad(Self.words(alert), 7))
        let what = alert.access.joined(separator: ",")
        let who = alert.lineage.map { "\($0.executable)[\($0.pid)]" }.joined(separator: " < ")
        return [
            "\(clock)  \(verdict)  \(alert.containerName)  \(alert.dimension.name): \(what) "
                + alert.object,
            "              by \(who.isEmpty ? "the runtime" : who)"
                + (alert.isServing ? ", while serving" : ""),
            "              profile \(alert.profile): \(alert.nearest)",
        ] + (alert.content.map { Self.lines($0) } ?? [])
            + (alert.restraint.map { ["              \($0.text)"] } ?? [])
    }

    private static func lines(_ content: Alert.Content) -> [String] {
        let found = content.found.map { "sha256 \($0)" } ?? "not known"
        return ["              content \(content.state.rawValue): \(found)"]
            + content.expected.prefix(4).map { "              expected: sha256 \($0)" }
    }

    public func line(_ alarm: Alarm) -> String {
        let word = coloured ? "\u{1b}[31;1mALARM\u{1b}[0m" : "ALARM"
        return "\(Timestamp.clock(alarm.time))  \(word)    profile \(alarm.profile) on "
            + "\(alarm.containers.joined(separator: ", ")): \(alarm.message)"
    }

    /// What was done, and whether it came too late to stop the act.
    public static func words(_ alert: Alert) -> String {
        word(alert.verdict) + (alert.isLate ? " after effect" : "")
    }

    public static func word(_ verdict: Verdict) -> String {
        switch verdict {
        case .flagged: "flagged"
        case .denied: "denied"
        case .killed: "killed"
        }
    }

    private func paint(_ verdict: Verdict, _ text: String) -> String {
        guard coloured else { return text }
        let code =
            switch verdict {
            case .flagged: "33"
            case .denied: "35"
            case .killed: "31;1"
            }
        return "\u{1b}[\(code)m\(text)\u{1b}[0m"
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
