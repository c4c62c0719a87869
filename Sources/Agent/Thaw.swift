internal import Foundation
internal import Kernel
internal import Workloads

/// Lets a container go on that was quarantined.
public enum Thaw {
    /// - Parameters:
    ///   - evidence: where agents keep evidence: it says who froze the container, and why.
    ///   - force: also where nothing there says so.
    /// - Returns: lines for people.
    public static func run(
        _ target: Target, evidence: String, stateRoot: String, force: Bool
    ) throws -> [String] {
        let hierarchy = try CgroupHierarchy.find()
        let (info, path) = try target.resolve(in: hierarchy, stateRoot: stateRoot)
        _ = try CgroupGuard(hierarchy).check(path)
        let freezer = CgroupFreezer(directory: hierarchy.directory(ofPath: path))
        let known = EvidenceManifest.latest(of: info.id, in: evidence)
        guard freezer.isRequested else {
            return ["\(info.name) is not frozen"]
        }
        guard known != nil || force else {
            throw FileProblem(
                "\(info.name) is frozen, and nothing in \(evidence) says that Loadline did it: "
                    + "name the right directory with --evidence, or thaw it with --force")
        }
        var continued = 0
        // What the kernel side stopped. Before the others: who waits for a stop when he thaws would
        // be found running, and stop after that.
        for id in freezer.processes(limit: .max) + (known?.0.stoppedOutside.map(\.pid) ?? []) {
            let start = known?.0.stoppedOutside.first { $0.pid == id }?.start
            if try ProcessHandle.goOnIfStopped(id, start: start) { continued += 1 }
        }
        try freezer.thaw()
        return lines(info.name, known, continued)
    }

    private static func lines(
        _ name: String, _ known: (EvidenceManifest, String)?, _ continued: Int
    ) -> [String] {
        var lines = [
            "\(name) goes on" + (continued > 0 ? "; \(continued) stopped processes too" : "")
        ]
        guard let (manifest, place) = known else { return lines }
        let deviation = manifest.deviation
        let who = deviation.lineage.map { "\($0.executable)[\($0.pid)]" }.joined(separator: " < ")
        lines += [
            "  frozen    \(manifest.frozenAt) by loadline, process \(manifest.frozenBy)",
            "  for       \(deviation.dimension): \(deviation.access.joined(separator: ",")) "
                + "\(deviation.object), \(deviation.verdict)",
            "  by        \(who.isEmpty ? "the runtime" : who)",
            "  profile   \(deviation.profile)", "  evidence  \(place)",
        ]
        return lines
    }
}
