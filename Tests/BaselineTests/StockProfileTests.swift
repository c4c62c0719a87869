import Foundation
import Testing

@testable import Baseline

/// The stock profiles as they are in the repository.
struct StockProfileTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../profiles/baselines").standardized.path

    @Test(arguments: ["nginx", "redis", "postgresql", "nodejs", "apache"])
    func areTightAndReadable(_ name: String) throws {
        let file = "\(Self.folder)/\(name).yaml"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let profile = try Profile(yaml: text, file: file)
        #expect(profile.yaml == text, "\(name) is not as it is written")
        #expect(profile.breadth().admitted.isEmpty)
        #expect(profile.completeness != nil)
        let rules = profile.executables.map {
            $0.exec.count + $0.files.count + $0.egress.count + $0.listen.count
                + $0.capabilities.count + $0.acts.count
        }.reduce(0, +)
        // PostgreSQL's are of four programs, each with its libraries.
        #expect(rules <= (name == "postgresql" ? 175 : 150), "\(name) has \(rules) rules")
    }
}
