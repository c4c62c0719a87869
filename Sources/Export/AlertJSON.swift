internal import Baseline

/// Alerts for machines: one JSON object a line, keys sorted.
public enum AlertJSON {
    private struct Form: Encodable {
        struct Process: Encodable {
            var pid: UInt32
            var executable: String
        }
        struct Container: Encodable {
            var id: String
            var name: String
            var image: String?
            var pod: String?
        }
        var type = "deviation"
        var time: String
        var container: Container
        var profile: String
        var subject: String?
        var dimension: String
        var verdict: String
        var restraint: String?
        var afterEffect: Bool
        var phase: String?
        var content: String?
        var expectedSHA256: [String]?
        var foundSHA256: String?
        var access: [String]
        var object: String
        var lineage: [Process]
        var nearest: String
        var nearestRules: [String]
    }

    public static func line(_ alert: Alert) throws -> String {
        let form = Form(
            time: Timestamp.iso8601(alert.time),
            container: Form.Container(
                id: alert.containerID, name: alert.containerName, image: alert.image,
                pod: alert.pod),
            profile: alert.profile, subject: alert.subject.isEmpty ? nil : alert.subject,
            dimension: alert.dimension.name,
            verdict: AlertText.word(alert.verdict), restraint: alert.restraint?.rawValue,
            afterEffect: alert.isLate, phase: alert.isServing ? Phase.serving.rawValue : nil,
            content: alert.content?.state.rawValue,
            expectedSHA256: alert.content?.expected, foundSHA256: alert.content?.found,
            access: alert.access, object: alert.object,
            lineage: alert.lineage.map { Form.Process(pid: $0.pid, executable: $0.executable) },
            nearest: alert.nearest, nearestRules: alert.nearestRules)
        return try FormJSON.text(form)
    }

    private struct AlarmForm: Encodable {
        var type = "alarm"
        var alarm: String
        var time: String
        var profile: String
        var containers: [String]
        var message: String
    }

    public static func line(_ alarm: Alarm) throws -> String {
        try FormJSON.text(
            AlarmForm(
                alarm: alarm.kind.rawValue, time: Timestamp.iso8601(alarm.time),
                profile: alarm.profile, containers: alarm.containers, message: alarm.message))
    }
}
