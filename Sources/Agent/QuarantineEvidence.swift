internal import Baseline
internal import Export
internal import Foundation
internal import Kernel
internal import SysFlow
internal import Workloads

/// Keeps evidence of containers that were quarantined: a directory each, for root alone, that is
/// there whole or not at all.
struct QuarantineEvidence {
    enum Limits {
        /// Directories; one more is not made.
        static let containers = 32
        static let processes = 256
        static let openFiles = 1024
        static let textBytes = 1 << 20
        static let fileBytes = 32 << 20
        /// Executables of one container together.
        static let allFileBytes = 128 << 20
    }

    let directory: String

    /// - Parameter pause: called between processes, as reading takes a while.
    /// - Returns: the directory.
    func keep(
        _ container: WatchedContainer, _ alert: Alert, frozenAt: Int64,
        stopped: [EvidenceManifest.Stopped], _ processes: [UInt32], pause: () -> Void
    ) throws -> String {
        let manager = FileManager.default
        try manager.createDirectory(
            atPath: directory, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        let there = try manager.contentsOfDirectory(atPath: directory)
        guard there.count < Limits.containers else {
            throw FileProblem(
                "\(directory) holds \(there.count) containers' evidence already, "
                    + "\(Limits.containers) at most: move some away")
        }
        let time = Timestamp.iso8601(frozenAt).filter { $0 != "-" && $0 != ":" }
        let name = "\(Self.fileName(container.info.name))-\(time)"
        let partial = "\(directory)/.\(name).partial"
        try? manager.removeItem(atPath: partial)
        try BPFFileSystem.makeDirectory(partial)
        do {
            var manifest = Self.manifest(container, alert, frozenAt)
            manifest.stoppedOutside = stopped
            var room = Limits.allFileBytes
            for id in processes {
                try add(id, to: &manifest, partial, &room)
                pause()
            }
            if processes.count >= Limits.processes {
                manifest.cut.append("processes: the first \(Limits.processes)")
            }
            addObject(alert, processes.first, &manifest, partial, &room)
            try manifest.json().write(
                to: URL(fileURLWithPath: partial + "/" + EvidenceManifest.fileName))
            try Files.synchronise(partial + "/" + EvidenceManifest.fileName)
            try Files.rename(partial, to: directory + "/" + name)
        } catch {
            try? manager.removeItem(atPath: partial)
            throw error
        }
        return directory + "/" + name
    }

    private static func manifest(
        _ container: WatchedContainer, _ alert: Alert, _ frozenAt: Int64
    ) -> EvidenceManifest {
        EvidenceManifest(
            frozenBy: UInt32(ProcessInfo.processInfo.processIdentifier),
            frozenAt: Timestamp.iso8601(frozenAt),
            container: EvidenceManifest.Container(
                id: container.info.id, name: container.info.name, image: container.info.image,
                pod: container.info.podName, cgroup: container.cgroupPath),
            deviation: EvidenceManifest.Deviation(
                time: Timestamp.iso8601(alert.time), profile: alert.profile,
                dimension: alert.dimension.name, verdict: AlertText.words(alert),
                access: alert.access, object: alert.object,
                lineage: alert.lineage.map {
                    EvidenceManifest.Ancestor(pid: $0.pid, executable: $0.executable)
                }))
    }

    /// What one process leaves. A process that has ended meanwhile is left out, and told of.
    private func add(
        _ id: UInt32, to manifest: inout EvidenceManifest, _ place: String, _ room: inout Int
    ) throws {
        let source = ProcessEvidence(id: id)
        guard let status = source.piece("status", limit: Limits.textBytes) else {
            manifest.cut.append("process \(id): it has ended")
            return
        }
        let own = "\(place)/\(id)"
        try BPFFileSystem.makeDirectory(own)
        try Data(status.bytes).write(to: URL(fileURLWithPath: own + "/status"))
        for name in ["maps", "cmdline"] {
            guard let piece = source.piece(name, limit: Limits.textBytes) else {
                manifest.cut.append("\(id)/\(name): \(Files.lastError)")
                continue
            }
            if piece.isCut {
                manifest.cut.append("\(id)/\(name): the first \(Limits.textBytes) bytes")
            }
            try Data(piece.bytes).write(to: URL(fileURLWithPath: "\(own)/\(name)"))
        }
        let (open, isCut) = source.descriptors(limit: Limits.openFiles)
        if isCut { manifest.cut.append("\(id)/fd: the first \(Limits.openFiles)") }
        let lines = open.map { "\($0.number)\t\($0.target)\n" }.joined()
        try Data(lines.utf8).write(to: URL(fileURLWithPath: own + "/fd"))
        manifest.processes.append(
            EvidenceManifest.Process(
                pid: id, parent: Self.parent(status.bytes),
                deviated: manifest.deviation.lineage.first?.pid == id,
                executable: source.link("exe"), workingDirectory: source.link("cwd"),
                executableFile: executable(of: source, &manifest, place, &room),
                directory: "\(id)", openFiles: open.count))
    }

    /// Each file once, however many processes run it.
    private func executable(
        of source: ProcessEvidence, _ manifest: inout EvidenceManifest, _ place: String,
        _ room: inout Int
    ) -> String? {
        guard let file = source.executable else { return nil }
        let known = manifest.executables.first {
            $0.copy.device == file.device && $0.copy.inode == file.inode
        }
        if let known { return known.file }
        let name = "executable-\(manifest.executables.count + 1)"
        return note(name, &manifest, &room) { (limit) throws(KernelError) in
            try source.copyExecutable(
                to: place + "/" + name, limit: limit)
        }
    }

    /// What was to be executed: its process is gone where it was killed.
    private func addObject(
        _ alert: Alert, _ process: UInt32?, _ manifest: inout EvidenceManifest, _ place: String,
        _ room: inout Int
    ) {
        guard alert.dimension == .exec, alert.object.hasPrefix("/"), let process,
            let root = ForeignRoot(ofProcess: process)
        else { return }
        _ = note("object", &manifest, &room) { (limit) throws(KernelError) in
            try root.copy(
                Array(alert.object.utf8), to: place + "/object", limit: limit)
        }
    }

    private func note(
        _ name: String, _ manifest: inout EvidenceManifest, _ room: inout Int,
        _ copy: (_ limit: Int) throws(KernelError) -> ProcessEvidence.Copy
    ) -> String? {
        do throws(KernelError) {
            let made = try copy(min(room, Limits.fileBytes))
            room -= made.kept
            manifest.executables.append(EvidenceManifest.File(file: name, copy: made))
            if made.isCut {
                manifest.cut.append("\(name): \(made.kept) of \(made.size) bytes")
            }
            return name
        } catch {
            manifest.cut.append("\(name): \(error)")
            return nil
        }
    }

    private static func parent(_ status: [UInt8]) -> UInt32 {
        let line = String(decoding: status, as: UTF8.self).split(separator: "\n")
            .first { $0.hasPrefix("PPid:") }
        return line?.split(whereSeparator: \.isWhitespace).last.flatMap { UInt32($0) } ?? 0
    }

    /// Names come from runtimes' state: nothing but letters, digits, `.`, `_` and `-`.
    private static func fileName(_ text: String) -> String {
        let plain = text.utf8.prefix(100).map { byte -> Character in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
                UInt8(ascii: "."):
                Character(UnicodeScalar(byte))
            default: "_"
            }
        }
        return (plain.first == "." ? "_" : "") + String(plain)
    }
}
