import Foundation

/// Files below a root directory, where links are followed as the owner of that root
/// would follow them: `/host/var/run` -> `/run` means `/host/run`.
struct HostFiles: Sendable {
    /// No runtime writes a larger state file; a larger one is reported and not read.
    static let byteLimit = 16 << 20
    /// More directory entries than this are reported and left out.
    static let entryLimit = 16_384
    /// As the kernel's own limit on links in one path.
    static let linkLimit = 40

    /// No trailing slash; the empty string is the machine's own root.
    let prefix: String

    init(root: String) {
        var prefix = root
        while prefix.hasSuffix("/") { prefix.removeLast() }
        self.prefix = prefix
    }

    /// The path to open for `path`, every link in it resolved below the root.
    func resolve(_ path: String) throws(StateProblem) -> String {
        var pending = Array(path.split(separator: "/").reversed())
        var done: [Substring] = []
        var links = 0
        while let part = pending.popLast() {
            if part == "." { continue }
            if part == ".." {
                _ = done.popLast()
                continue
            }
            let here = absolute(done + [part])
            guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: here)
            else {
                done.append(part)
                continue
            }
            links += 1
            if links > Self.linkLimit {
                throw StateProblem(path: prefix + path, reason: "more than \(links - 1) links")
            }
            if target.hasPrefix("/") { done = [] }
            pending += target.split(separator: "/").reversed()
        }
        return absolute(done)
    }

    private func absolute(_ parts: [Substring]) -> String {
        prefix + "/" + parts.joined(separator: "/")
    }

    /// The names in a directory, sorted; a directory that is absent has none.
    func names(in directory: String) throws(StateProblem) -> [String] {
        let path = try resolve(directory)
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            throw StateProblem(path: path, reason: "cannot be listed: \(reason(error))")
        }
        if names.count > Self.entryLimit {
            throw StateProblem(
                path: path,
                reason: "\(names.count) entries; at most \(Self.entryLimit) are read: clean it up")
        }
        return names.sorted()
    }

    /// Whether names came or went in a directory within so many seconds.
    func changed(_ directory: String, within seconds: Double) throws(StateProblem) -> Bool {
        let attributes = try? FileManager.default.attributesOfItem(atPath: try resolve(directory))
        guard let changed = attributes?[.modificationDate] as? Date else { return false }
        return (0..<seconds).contains(Date().timeIntervalSince(changed))
    }

    /// A regular file's bytes, nil when there is no such file.
    func read(_ file: String) throws(StateProblem) -> Data? {
        let path = try resolve(file)
        let manager = FileManager.default
        guard let attributes = try? manager.attributesOfItem(atPath: path) else { return nil }
        guard attributes[.type] as? FileAttributeType == .typeRegular else {
            throw StateProblem(path: path, reason: "not a regular file")
        }
        let data: Data?
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? handle.close() }
            data = try handle.read(upToCount: Self.byteLimit + 1)
        } catch {
            // A container that ends takes its state with it: absent is not a problem.
            if !manager.fileExists(atPath: path) { return nil }
            throw StateProblem(path: path, reason: "cannot be read: \(reason(error))")
        }
        if let data, data.count > Self.byteLimit {
            throw StateProblem(path: path, reason: "larger than \(Self.byteLimit) bytes")
        }
        return data ?? Data()
    }

    func text(_ file: String) throws(StateProblem) -> String? {
        try read(file).map { String(decoding: $0, as: UTF8.self) }
    }

    /// A JSON file's value, nil when there is no such file.
    func json<Value: Decodable>(_ file: String, as type: Value.Type) throws(StateProblem) -> Value?
    {
        guard let data = try read(file) else { return nil }
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch {
            let detail = data.isEmpty ? "empty" : reason(error)
            throw StateProblem(
                path: try resolve(file), reason: "not the expected JSON (half written?): \(detail)")
        }
    }

    private func reason(_ error: any Error) -> String {
        switch error {
        case DecodingError.typeMismatch(_, let context),
            DecodingError.valueNotFound(_, let context),
            DecodingError.keyNotFound(_, let context),
            DecodingError.dataCorrupted(let context):
            let place = context.codingPath.map(\.stringValue).joined(separator: ".")
            let cause = (context.underlyingError as NSError?)?.userInfo[NSDebugDescriptionErrorKey]
            return (place.isEmpty ? "" : place + ": ") + context.debugDescription
                + (cause.map { " \($0)" } ?? "")
        default:
            return error.localizedDescription
        }
    }
}
