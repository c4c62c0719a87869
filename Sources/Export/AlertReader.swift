public import Baseline
internal import Foundation

/// Alerts read back from the lines that `AlertJSON` writes.
public enum AlertReader {
    /// What an alert is about, as far as a profile can be changed by it.
    public struct Behaviour: Sendable {
        public var deviation: Deviation
        public var profile: String
        /// As the alert has it: `2026-11-21T20:41:07.113Z`.
        public var time: String
    }

    public struct Problem: Error, CustomStringConvertible {
        public var description: String
    }

    /// Bytes of a line; an alert is a few kilobytes.
    static let longestLine = 1 << 20

    private struct Form: Decodable {
        struct Process: Decodable { var executable: String }
        var type: String
        var time: String?
        var profile: String?
        var subject: String?
        var dimension: String?
        var access: [String]?
        var object: String?
        var phase: String?
        var lineage: [Process]?
    }

    /// The deviations of a text with one JSON object a line, in their order; lines of another type
    /// (`alarm`) are passed over.
    ///
    /// - Parameter file: the name that errors give.
    public static func behaviours(in text: String, file: String) throws -> [Behaviour] {
        var found: [Behaviour] = []
        for (i, line) in text.split(
            separator: "\n", omittingEmptySubsequences: false
        ).enumerated() where !line.allSatisfy(\.isWhitespace) {
            if let behaviour = try behaviour(line, place: "\(file):\(i + 1)") {
                found.append(behaviour)
            }
        }
        return found
    }

    private static func behaviour(_ line: Substring, place: String) throws -> Behaviour? {
        guard line.utf8.count <= longestLine,
            let form = try? JSONDecoder().decode(Form.self, from: Data(line.utf8))
        else {
            throw Problem(
                description: "\(place): not an alert; give a line that watch, agent or replay "
                    + "wrote with --format json")
        }
        guard form.type == "deviation" else { return nil }
        guard let name = form.dimension, let object = form.object,
            let dimension = Dimension.allCases.first(where: { $0.name == name })
        else {
            throw Problem(
                description: "\(place): the alert names no dimension and object that are known")
        }
        guard let subject = form.subject ?? form.lineage?.first?.executable else {
            throw Problem(description: "\(place): the alert does not say which executable it was")
        }
        do {
            var deviation = try Deviation(
                subject: subject, dimension: dimension, access: form.access ?? [], object: object)
            deviation.phase = form.phase.flatMap { Phase(rawValue: $0) }
            return Behaviour(
                deviation: deviation, profile: form.profile ?? "", time: form.time ?? "")
        } catch {
            throw Problem(description: "\(place): \(error)")
        }
    }
}
