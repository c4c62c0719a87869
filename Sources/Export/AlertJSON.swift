internal import Baseline
internal import Foundation

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
        var dimension: String
        var verdict: String
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
            profile: alert.profile, dimension: alert.dimension.name,
            verdict: AlertText.word(alert.verdict), access: alert.access, object: alert.object,
            lineage: alert.lineage.map { Form.Process(pid: $0.pid, executable: $0.executable) },
            nearest: alert.nearest, nearestRules: alert.nearestRules)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(form), as: UTF8.self)
    }
}
